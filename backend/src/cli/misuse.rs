//! A command line that cannot be understood, told in one Dutch line.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What is wrong with a command line.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other kinds are rare or no errors, and clap may learn more")]
pub fn line(error: &clap::Error) -> String {
    let told = |kind| error.get(kind).map(words).filter(|words| !words.is_empty());
    let argument = told(ContextKind::InvalidArg).map(|argument| bare(&argument));
    let value = told(ContextKind::InvalidValue);
    let given = [argument.as_deref(), value.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let argument = argument.unwrap_or_default();
    match error.kind() {
        ErrorKind::InvalidValue if value.is_none() => format!("{argument}: hier hoort nog iets achter"),
        ErrorKind::InvalidValue => match told(ContextKind::ValidValue) {
            Some(valid) => format!("{given} kan niet; kies uit: {valid}"),
            None => format!("{given} kan niet"),
        },
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|why| format!(": {why}")).unwrap_or_default();
            format!("{given} kan niet{why}")
        }
        ErrorKind::UnknownArgument if argument.starts_with('-') => match told(ContextKind::SuggestedArg) {
            Some(suggested) => format!("{argument} bestaat niet; bedoelt u {}?", bare(&suggested)),
            None => format!("{argument} bestaat niet; kijk bij --help"),
        },
        ErrorKind::UnknownArgument | ErrorKind::TooManyValues => format!("{argument}: dit is er te veel"),
        ErrorKind::InvalidSubcommand => {
            let command = told(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("{command}: deze opdracht bestaat niet; kijk bij --help")
        }
        ErrorKind::ArgumentConflict => {
            let other = told(ContextKind::PriorArg).map(|other| bare(&other)).unwrap_or_default();
            if other == argument {
                format!("{argument} staat er meer dan één keer")
            } else {
                format!("{argument} en {other} kunnen niet samen")
            }
        }
        ErrorKind::MissingRequiredArgument => format!("er ontbreekt nog: {argument}; kijk bij --help"),
        ErrorKind::InvalidUtf8 => "de opdracht bevat tekens die geen UTF-8 zijn".to_owned(),
        other => error.get(ContextKind::Custom).map_or_else(|| format!("{other}; kijk bij --help"), words),
    }
}

fn words(value: &ContextValue) -> String {
    if let ContextValue::Strings(texts) = value { texts.join(", ") } else { value.to_string() }
}

/// An argument without the name of its value: `--regel <REGEL>` is `--regel`.
fn bare(argument: &str) -> String {
    argument.split(' ').next().unwrap_or_default().to_owned()
}
