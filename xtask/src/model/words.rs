//! Names that sound like a secret, or like something about a person.

/// Whether a member of this name is likely a secret.
pub fn is_secret(name: &str) -> bool {
    let words = words(name);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // A count of tokens, or the name of a key, is none.
    let about = any(&[
        "count",
        "idempotency",
        "limit",
        "name",
        "names",
        "type",
        "id",
        "ids",
        "expires",
        "expiry",
    ]);
    any(&["token", "secret", "password", "apikey", "key"]) && !about
}

/// Whether a member of this name is likely about a person.
pub fn is_personal(name: &str) -> bool {
    let name = words(name).join("_");
    PERSONAL.iter().any(|word| {
        let (start, end) = (format!("{word}_"), format!("_{word}"));
        name == *word
            || name.starts_with(&start)
            || name.ends_with(&end)
            || name.contains(&format!("_{word}_"))
    })
}

/// Words, in snake_case, of what a document holds about a person.
#[rustfmt::skip]
const PERSONAL: &[&str] = &[
    "address", "age", "alias", "aliases", "birth", "birthday", "caption", "city", "coordinates",
    "document_number", "dob", "email", "face_image", "first_name", "front_image", "full_name",
    "gender", "iban", "image", "image_url", "ip", "ip_address", "last_name", "latitude",
    "longitude", "maiden_name", "marital_status", "middle_name", "mrz", "nationality", "passport",
    "personal_number", "phone", "phone_number", "picture", "place_of_birth", "portrait",
    "postal_code", "selfie", "signature", "ssn", "street", "surname", "tax_number", "video",
    "video_url", "zip",
];

fn words(name: &str) -> Vec<String> {
    use heck::ToSnakeCase as _;
    name.to_snake_case().split('_').map(str::to_owned).collect()
}
