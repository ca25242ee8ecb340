//! The resources of the verification host: the generated client of each, behind
//! the feature of its name.

use didit_api::Transport;

use crate::Didit;

/// Where the vendor serves them.
pub(crate) const VERIFICATION_URL: &str = "https://verification.didit.me";

/// A line for each document of that host.
macro_rules! resources {
    ($($(#[$doc:meta])* $name:ident, $feature:literal;)*) => {
        #[derive(Clone, Debug)]
        pub(crate) struct Resources {
            transport: Transport,
            $(#[cfg(feature = $feature)] $name: didit_api::$name::Client,)*
        }

        impl Resources {
            pub(crate) fn new(transport: Transport) -> Self {
                Self {
                    $(#[cfg(feature = $feature)] $name: didit_api::$name::Client::new(transport.clone()),)*
                    transport,
                }
            }
        }

        impl Didit {
            /// The verification host, and the credentials for it: for a
            /// [`Call`](didit_api::runtime::Call) of an operation that no document has
            /// yet. It is signed as those of the documents are.
            pub fn transport(&self) -> &Transport {
                &self.resources.transport
            }

            $(
                $(#[$doc])*
                #[cfg(feature = $feature)]
                pub fn $name(&self) -> &didit_api::$name::Client {
                    &self.resources.$name
                }
            )*
        }

        #[cfg(test)]
        #[test]
        fn each_resource_is_of_the_host_that_the_builder_sets() {
            $(#[cfg(feature = $feature)] assert_eq!(didit_api::$name::Client::BASE_URL, VERIFICATION_URL);)*
        }
    };
}

resources! {
    /// Verification sessions: a link for the person, and what came of it.
    sessions, "sessions";
    /// One check at a time, without a session.
    checks, "checks";
    /// The people whom sessions were about.
    users, "users";
    /// Where webhooks are sent.
    webhook_destinations, "webhook_destinations";
    /// Workflows, the balance, and whether the service is up.
    management, "management";
    /// The questions that workflows ask.
    questionnaires, "questionnaires";
    /// Verification sessions of the first version, which take the token.
    sessions_v1, "sessions_v1";
}
