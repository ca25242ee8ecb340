//! Which hosts go together.

use didit_api::Transport;

use crate::Error;

/// Refuses one host on this machine with the other at the vendor's, unless the
/// credentials give no tokens: then the token endpoint, which comes first, is
/// never called. With each is the name of its setting.
pub(crate) fn check_mix(hosts: [(&str, &Transport); 2], tokens: bool) -> Result<(), Error> {
    for [(here, host), (setting, other)] in [hosts, [hosts[1], hosts[0]]] {
        let is_called = tokens || setting != hosts[0].0;
        let is_vendor = format!(".{}", other.host()).ends_with(".didit.me");
        if is_called && is_vendor && host.is_loopback() {
            return Err(Error::configuration(format!(
                "{here} is on this machine, and {setting} at the vendor's: a test must \
                 not reach production by accident. Set {setting} as well"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENDOR: [&str; 4] = [
        "https://apx.didit.me",
        "https://verification.didit.me",
        "https://didit.me/gateway",
        "https://STAGING.didit.me:8443",
    ];
    const LOOPBACK: [&str; 4] =
        ["http://127.0.0.1:1", "http://localhost:1", "https://[::1]:1", "http://127.9.9.9/x"];
    const ELSEWHERE: [&str; 4] = [
        "https://gateway.example",
        "https://notdidit.me",
        "https://didit.me.example",
        "https://10.0.0.1",
    ];

    fn check(auth: &str, verification: &str, tokens: bool) -> Result<(), String> {
        let [auth, other] =
            [auth, verification].map(|url| Transport::builder(url).build().unwrap());
        let hosts = [("DIDIT_AUTH_URL", &auth), ("DIDIT_VERIFICATION_URL", &other)];
        check_mix(hosts, tokens).map_err(|error| error.to_string())
    }

    #[test]
    fn loopback_and_the_vendor_do_not_go_together() {
        for (loopback, vendor) in LOOPBACK.iter().flat_map(|a| VENDOR.iter().map(move |b| (a, b))) {
            for tokens in [true, false] {
                let error = check(loopback, vendor, tokens).unwrap_err();
                assert!(error.starts_with("DIDIT_AUTH_URL is on this machine, and"), "{error}");
                assert!(error.ends_with(". Set DIDIT_VERIFICATION_URL as well"), "{error}");
            }
            let error = check(vendor, loopback, true).unwrap_err();
            assert!(error.ends_with(". Set DIDIT_AUTH_URL as well"), "{error}");
            // A key alone is never sent to the token endpoint.
            check(vendor, loopback, false).unwrap();
        }
    }

    #[test]
    fn whatever_else_goes_together() {
        for group in [VENDOR, LOOPBACK, ELSEWHERE] {
            for (one, other) in group.iter().flat_map(|a| group.iter().map(move |b| (a, b))) {
                check(one, other, true).unwrap();
            }
        }
        for elsewhere in ELSEWHERE {
            for other in VENDOR.iter().chain(&LOOPBACK) {
                check(elsewhere, other, true).unwrap();
                check(other, elsewhere, true).unwrap();
            }
        }
    }
}
