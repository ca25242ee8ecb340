//! A request with files, as it is generated for `multipart/form-data`.

use didit_api::File;
use didit_api::runtime::Form;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
pub(crate) struct FaceMatchRequest {
    pub(crate) user_image: File,
    pub(crate) ref_image: Option<File>,
    pub(crate) images: Option<Vec<File>>,
    pub(crate) vendor_data: Option<String>,
    pub(crate) flags: Option<Vec<String>>,
    pub(crate) metadata: Option<Value>,
}

impl FaceMatchRequest {
    pub(crate) fn new(user_image: impl Into<File>) -> Self {
        Self {
            user_image: user_image.into(),
            ref_image: None,
            images: None,
            vendor_data: None,
            flags: None,
            metadata: None,
        }
    }
}

impl From<FaceMatchRequest> for Form {
    fn from(body: FaceMatchRequest) -> Self {
        Self::new()
            .file("user_image", body.user_image)
            .file("ref_image", body.ref_image)
            .files("images", body.images)
            .text("vendor_data", &body.vendor_data)
            .text("flags", &body.flags)
            .json("metadata", &body.metadata)
    }
}
