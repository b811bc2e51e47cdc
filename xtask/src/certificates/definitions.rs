//! The definitions that RabbitMQ loads at start: the virtual host, the users and their permissions.

use anyhow::Result;
use serde_json::{Value, json};

use super::password;

/// A user of the broker.
pub(super) struct User {
    pub(super) name: &'static str,
    pub(super) password: String,
    pub(super) tags: &'static [&'static str],
    /// The regular expression of the names that the user may configure, write and read in the virtual host `/`.
    pub(super) permission: &'static str,
}

/// The definitions file for these users. Their passwords are in it as salted hashes.
pub(super) fn json(users: &[&User]) -> Result<String> {
    let definitions = json!({
        "vhosts": [{"name": "/"}],
        "users": users.iter().map(|user| user.definition()).collect::<Result<Vec<_>>>()?,
        "permissions": users.iter().map(|user| user.permissions()).collect::<Vec<_>>(),
    });
    Ok(format!("{definitions:#}\n"))
}

impl User {
    fn definition(&self) -> Result<Value> {
        Ok(json!({
            "name": self.name,
            "password_hash": password::rabbitmq_hash(&self.password)?,
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": self.tags,
        }))
    }

    fn permissions(&self) -> Value {
        let names = self.permission;
        json!({"user": self.name, "vhost": "/", "configure": names, "write": names, "read": names})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_in_the_definitions() {
        let user = User { name: "leveret", password: "in-the-clear".into(), tags: &["management"], permission: "^$" };
        let text = json(&[&user]).expect("hashing works");
        assert!(!text.contains(&user.password), "{text}");
        let definitions: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(definitions["users"][0]["tags"][0], "management");
        assert_eq!(definitions["permissions"][0]["read"], "^$");
    }
}
