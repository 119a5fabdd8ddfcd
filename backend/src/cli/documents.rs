//! What the documents tell people to type is what the program takes.

use super::Cli;
use clap::Parser as _;
use clap::error::ErrorKind;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The documents that tell people what to type, by their paths.
fn documents() -> Vec<PathBuf> {
    let found = std::fs::read_dir(project().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut documents: Vec<PathBuf> = found.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    documents.extend(["README.md", "CONTRIBUTING.md"].map(|name| project().join(name)));
    documents
}

/// The words of a line as a shell has them, to where its output goes or a remark begins.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for sign in line.chars() {
        if quote == Some(sign) {
            quote = None;
        } else if quote.is_none() && matches!(sign, '\'' | '"') {
            quote = Some(sign);
        } else if quote.is_none() && sign == ' ' {
            words.push(String::new());
        } else {
            words.last_mut().unwrap().push(sign);
        }
    }
    words.retain(|word| !word.is_empty());
    let end = words.iter().position(|word| matches!(word.as_str(), ">" | "|" | "&&" | "#"));
    words.truncate(end.unwrap_or(words.len()));
    words
}

/// What a text has people type: its lines, which are whole commands, and what stands between backticks, which need not be.
fn told(text: &str) -> Vec<(Vec<String>, bool)> {
    let mut told = Vec::new();
    for line in text.replace("\\\n", " ").lines() {
        told.push((words(line), true));
        told.extend(line.split('`').skip(1).step_by(2).map(|span| (words(span), false)));
    }
    told
}

/// The services of docker-compose.yml that run our image.
fn own_services() -> BTreeSet<String> {
    let compose = std::fs::read_to_string(project().join("docker-compose.yml")).unwrap();
    assert!(!compose.contains("entrypoint:"), "a service that starts another program");
    let (_, services) = compose.split_once("\nservices:\n").unwrap();
    let (mut name, mut own) = (String::new(), BTreeSet::new());
    for line in services.lines() {
        if let Some(begins) = line.strip_prefix("  ").filter(|rest| rest.starts_with(char::is_alphanumeric)) {
            begins.split(':').next().unwrap().clone_into(&mut name);
        }
        if line.contains("*app") {
            own.insert(name.clone());
        }
    }
    own
}

/// What a command gives our program.
#[derive(Debug, PartialEq, Eq)]
struct Given<'a> {
    arguments: Vec<&'a str>,
    /// Where it finds the files that are mounted for it; nothing where it runs among the files of whoever types.
    mounted: Option<Vec<&'a str>>,
}

/// What our program is given by this command; nothing when it is a command of something else.
fn given<'a>(words: &'a [String], own: &BTreeSet<String>) -> Option<Given<'a>> {
    let words: Vec<&str> = words.iter().map(String::as_str).skip_while(|word| word.contains('=')).collect();
    match words.as_slice() {
        ["wijkkoers", arguments @ ..] if !arguments.is_empty() => {
            Some(Given { arguments: arguments.to_vec(), mounted: None })
        }
        ["docker", "compose", way @ ("run" | "exec"), rest @ ..] => {
            let (mounted, service, rest) = in_container(rest)?;
            // `run` hands its words to the program of the image; `exec` names a program itself.
            let arguments = match (*way, rest) {
                ("exec", ["wijkkoers", arguments @ ..]) => arguments,
                ("exec", _) => return None,
                (_, arguments) => arguments,
            };
            (own.contains(service) && !arguments.is_empty())
                .then(|| Given { arguments: arguments.to_vec(), mounted: Some(mounted) })
        }
        _ => None,
    }
}

/// What follows `docker compose run` and `exec`: where files are mounted, the service, and what it is given.
fn in_container<'a, 'b>(mut rest: &'b [&'a str]) -> Option<(Vec<&'a str>, &'a str, &'b [&'a str])> {
    let mut mounted = Vec::new();
    loop {
        match rest {
            ["-v" | "--volume", mount, after @ ..] => {
                mounted.push(mount.split(':').nth(1)?);
                rest = after;
            }
            ["-e" | "--env" | "-u" | "--user" | "-w" | "--workdir" | "--name", _, after @ ..] => rest = after,
            [option, after @ ..] if option.starts_with('-') => rest = after,
            [service, after @ ..] => return Some((mounted, *service, after)),
            [] => return None,
        }
    }
}

/// Why a command of a document does not do.
fn flaw(given: &Given<'_>, is_whole: bool) -> Option<String> {
    // Where a document speaks of a command, an ellipsis stands for what it does not say.
    let after_option =
        |place: usize| place > 0 && given.arguments.get(place - 1).is_some_and(|word| word.starts_with('-'));
    let end = given.arguments.iter().enumerate().find(|(place, word)| **word == "…" && !after_option(*place));
    let said = given.arguments.iter().take(end.map_or(usize::MAX, |(place, _)| place));
    if let Some(mounted) = &given.mounted {
        let missing = given.arguments.iter().find(|word| word.starts_with('/') && !mounted.contains(word));
        if let Some(missing) = missing {
            return Some(format!("{missing} is in no container"));
        }
    }
    let error = Cli::try_parse_from(std::iter::once("wijkkoers").chain(said.copied())).err()?;
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let is_short = matches!(
        error.kind(),
        ErrorKind::MissingRequiredArgument
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::ValueValidation
    );
    (!is_help && (is_whole || !is_short)).then(|| super::misuse::line(&error))
}

#[test]
fn what_the_documents_tell_to_type_is_what_the_program_takes() {
    let (own, mut seen) = (own_services(), BTreeSet::new());
    assert!(own.contains("app1") && own.contains("migrate") && !own.contains("db"), "{own:?}");
    let mut flaws = Vec::new();
    for path in documents() {
        for (words, is_whole) in told(&std::fs::read_to_string(&path).unwrap()) {
            let Some(given) = given(&words, &own) else { continue };
            seen.extend(given.arguments.first().map(|word| (*word).to_owned()));
            flaws.extend(flaw(&given, is_whole).map(|why| format!("{}: {}: {why}", path.display(), words.join(" "))));
        }
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
    for command in ["backup", "import", "ledger", "migrate", "serve", "stemcodes", "tel", "user"] {
        assert!(seen.contains(command), "{command}: {seen:?}");
    }
}

// The program of a container stands in its image: it is not named again.
#[test]
fn a_command_that_would_not_run_is_seen() {
    let image = std::fs::read_to_string(project().join("Dockerfile")).unwrap();
    assert!(image.contains("\nENTRYPOINT [\"wijkkoers\"]\n"), "`docker compose run` hands its words to wijkkoers");
    let own = own_services();
    for (line, is_whole, does) in [
        ("docker compose run --rm -v ./stad.json:/stad.json:ro app1 import stad /stad.json", true, true),
        ("docker compose run --rm -v ./stad.json:/stad.json:ro app1 wijkkoers import stad /stad.json", true, false),
        ("docker compose run --rm app1 import stad /stad.json", true, false),
        ("docker compose run --rm -v ./a:/a app1 import land /a", true, false),
        ("docker compose exec app1 wijkkoers user list", true, true),
        ("docker compose exec app1 wijkkoers user lijst", true, false),
        ("    wijkkoers serve --demo --data ./data   # om te proberen", true, true),
        ("SLEUTEL=a wijkkoers serve --kijk", true, false),
        ("wijkkoers user add --email a@example.nl --naam 'Bea Beheer'", true, true),
        ("wijkkoers user add --email a@example.nl", true, false),
        ("wijkkoers user add --email …", false, true),
        ("wijkkoers user … stembureau", false, true),
        ("wijkkoers ledger wis-toelichting BOEKING", false, true),
    ] {
        let words = words(line);
        let given = given(&words, &own).expect(line);
        assert_eq!(flaw(&given, is_whole).is_none(), does, "{line}: {:?}", flaw(&given, is_whole));
    }
    for line in
        ["docker compose exec -T db pg_dump -U postgres", "docker compose run --rm migrate", "useradd wijkkoers"]
    {
        assert_eq!(given(&words(line), &own), None, "{line}");
    }
}
