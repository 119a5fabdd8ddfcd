//! Turns `messages/*.json` into one method per message on `Lang`, so that a message that is missing in a language, or
//! that is given the wrong parameters, stops the build. A word that depends on a number stands as `{aantal|plan|plannen}`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Messages = BTreeMap<String, String>;

fn main() {
    if let Err(message) = generate() {
        println!("cargo::error={message}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a build script hears where to write from its environment")]
fn generate() -> Result<(), String> {
    let folder = PathBuf::from("messages");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut languages = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|error| format!("messages: {error}"))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            languages.push((stem(&path)?, read(&path)?));
        }
    }
    // Dutch comes first: it is what people get when nothing says otherwise.
    languages.sort_by_key(|(name, _)| (name != "nl", name.clone()));
    let Some(((_, dutch), others)) = languages.split_first() else {
        return Err("messages/nl.json is missing".into());
    };
    for (name, messages) in others {
        compare(dutch, name, messages)?;
    }
    let out = PathBuf::from(env::var("OUT_DIR").map_err(|error| error.to_string())?).join("messages.rs");
    fs::write(&out, code(&languages)?).map_err(|error| format!("{}: {error}", out.display()))
}

fn stem(path: &Path) -> Result<String, String> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let is_code = stem.len() == 2 && stem.bytes().all(|b| b.is_ascii_lowercase());
    if is_code { Ok(stem.to_owned()) } else { Err(format!("{}: not a language code", path.display())) }
}

fn read(path: &Path) -> Result<Messages, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn compare(dutch: &Messages, name: &str, messages: &Messages) -> Result<(), String> {
    for (key, text) in dutch {
        let Some(other) = messages.get(key) else {
            return Err(format!("messages/{name}.json lacks {key}"));
        };
        if parameters(text) != parameters(other) {
            return Err(format!("messages/{name}.json: {key} has other parameters than in nl.json"));
        }
    }
    match messages.keys().find(|key| !dutch.contains_key(*key)) {
        Some(key) => Err(format!("messages/{name}.json has {key}, which nl.json lacks")),
        None => Ok(()),
    }
}

/// The names between braces; of `{aantal|plan|plannen}` that is `aantal`.
fn parameters(text: &str) -> BTreeSet<&str> {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    inside.map(|(inside, _)| inside.split_once('|').map_or(inside, |(name, _)| name)).collect()
}

/// A text as `format!` takes it, and what it fills in beside its parameters: of `{aantal|plan|plannen}` the first word where
/// `aantal` is one, else the second.
fn formatted(text: &str) -> Result<(String, String), String> {
    let (mut form, mut words, mut rest) = (String::new(), String::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}').ok_or_else(|| format!("a brace that is not closed: {text}"))?;
        form.push_str(before);
        match inside.split('|').collect::<Vec<&str>>().as_slice() {
            [name] => {
                form.push('{');
                form.push_str(name);
                form.push('}');
            }
            [name, one, more] => {
                form.push_str("{}");
                let word = format!(", super::by_number(&{name}, {one:?}, {more:?})");
                words.push_str(&word);
            }
            _ => return Err(format!("a choice that is not of two words: {text}")),
        }
        rest = after;
    }
    form.push_str(rest);
    Ok((form, words))
}

fn code(languages: &[(String, Messages)]) -> Result<String, String> {
    let variant = |name: &str| -> String {
        name.char_indices().map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c }).collect()
    };
    let mut out = String::from(
        "/// A language that pages and mails can be in.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]\npub enum Lang {\n",
    );
    let put = |out: &mut String, args: std::fmt::Arguments| out.write_fmt(args).map_err(|error| error.to_string());
    for (at, (name, _)) in languages.iter().enumerate() {
        let default = if at == 0 { "    #[default]\n" } else { "" };
        put(&mut out, format_args!("    /// `{name}`\n{default}    {},\n", variant(name)))?;
    }
    out.push_str("}\n\nimpl Lang {\n    /// Every language, Dutch first.\n    pub const ALL: &'static [Self] = &[");
    for (name, _) in languages {
        put(&mut out, format_args!("Self::{}, ", variant(name)))?;
    }
    out.push_str("];\n\n    /// The code, for `lang` and settings.\n    #[must_use]\n    pub const fn code(self) -> &'static str {\n        match self {\n");
    for (name, _) in languages {
        put(&mut out, format_args!("            Self::{} => {name:?},\n", variant(name)))?;
    }
    out.push_str("        }\n    }\n");
    let Some((_, dutch)) = languages.first() else { return Ok(out) };
    for (key, text) in dutch {
        let method = key.replace('.', "_");
        let parameters = parameters(text);
        put(&mut out, format_args!("\n    /// {}\n    #[must_use]\n", text.replace('\n', " ").replace('<', "\\<")))?;
        if parameters.is_empty() {
            put(&mut out, format_args!("    pub const fn {method}(self) -> &'static str {{\n        match self {{\n"))?;
        } else {
            put(&mut out, format_args!("    pub fn {method}(self"))?;
            for parameter in &parameters {
                put(&mut out, format_args!(", {parameter}: impl std::fmt::Display"))?;
            }
            out.push_str(") -> String {\n        match self {\n");
        }
        for (name, messages) in languages {
            let text = messages.get(key).map(String::as_str).unwrap_or_default();
            let variant = variant(name);
            if parameters.is_empty() {
                put(&mut out, format_args!("            Self::{variant} => {text:?},\n"))?;
            } else {
                let (form, words) = formatted(text)?;
                put(&mut out, format_args!("            Self::{variant} => format!({form:?}{words}),\n"))?;
            }
        }
        out.push_str("        }\n    }\n");
    }
    out.push_str("}\n");
    Ok(out)
}
