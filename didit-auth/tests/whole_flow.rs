//! A person is verified, from the link to the deletion, as an application's own test
//! would have it: offline, and in far less than a second.

use didit_auth::api::sandbox::Sandbox;
use didit_auth::api::sessions::types::{CreateSession, SessionStatus};
use didit_auth::api::{ErrorKind, StatusGroup};
use didit_auth::{Credentials, Didit};

#[tokio::test]
async fn a_person_is_verified_and_forgotten() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::start()?;
    let didit = Didit::builder()
        .credentials(Credentials::api_key(Sandbox::API_KEY)?)
        .verification_url(sandbox.url())
        .build()?;
    let sessions = didit.sessions();

    // The application sends the person to the session's URL.
    let wanted = CreateSession::new("11111111-2222-3333-4444-555555555555").vendor_data("user-42");
    let session = sessions.create(wanted).send().await?;
    let id = session.session_id.as_str();
    assert!(session.url.expose().starts_with("https://"));
    let before = sessions.retrieve_decision(id).send().await?;
    assert_eq!(before.status.group(), StatusGroup::WaitsForPerson);

    // The person is done, and not who the document says.
    sandbox.finish(id, "decline_face_match_low_similarity");
    let decision = sessions.retrieve_decision(id).send().await?;
    assert_eq!(decision.status, SessionStatus::Declined);
    let risks: Vec<_> = decision.warnings().filter_map(|warning| warning.risk.as_deref()).collect();
    assert_eq!(risks, ["LOW_FACE_MATCH_SIMILARITY"]);

    // It is found by the application's own name for the person.
    let mut rows = sessions.list().vendor_data("user-42").status("Declined").stream();
    let row = rows.next().await.ok_or("no row")??;
    assert_eq!((row.session_id.as_str(), rows.next().await.is_none()), (id, true));

    // The report is for the files, a picture for the reviewer.
    let folder = std::env::temp_dir().join(format!("didit-{id}"));
    std::fs::create_dir(&folder)?;
    let report = sessions.generate_pdf(id).send().await?.into_inner();
    report.save(folder.join("report.pdf")).await?;
    assert!(std::fs::read(folder.join("report.pdf"))?.starts_with(b"%PDF"));
    let document = decision.id_verifications.iter().flatten().next().ok_or("no document")?;
    let picture = document.portrait_image.as_deref().ok_or("no picture")?;
    didit.transport().download(picture).await?.save(folder.join("portrait.jpg")).await?;
    std::fs::remove_dir_all(&folder)?;

    // And nothing of it is left.
    sessions.delete(id).send().await?;
    let gone = sessions.retrieve_decision(id).send().await;
    assert_eq!(gone.map(|_| ()).map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    assert!(sessions.list().vendor_data("user-42").send().await?.results.is_empty());
    Ok(())
}
