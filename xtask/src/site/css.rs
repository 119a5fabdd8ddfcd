//! One stylesheet out of many: the design system, the tokens that are really used, our layout, the city's theme.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use crate::{Result, files};

/// The licences ask that their names travel along.
const CREDITS: &str =
    "/*! NL Design System, Gemeente Utrecht, Gemeente Den Haag, Frameless: EUPL-1.2. Noto: OFL-1.1. */";

/// The parts of `app.css`, read. The order in the file is that of the fields.
struct Parts {
    tokens: String,
    components: String,
    ours: String,
    theme: String,
}

/// Bundles what `design-system.txt` lists with `wijkkoers.css` and `thema.css`, the last of which may be absent.
pub fn bundle(styles: &Path, modules: &Path) -> Result<String> {
    let parts = Parts::read(styles, modules)?;
    let others = [&parts.components, &parts.ours, &parts.theme].map(String::as_str).concat();
    parts.refuse_unknown_tokens(&others)?;
    // The map brings its own stylesheet, which uses the tokens of this one.
    let map = squeeze(&files::read_text(&styles.join("kaart.css"))?);
    let tokens = prune(&parts.tokens, &(others.clone() + &map))?;
    Ok(format!("{CREDITS}\n{tokens}{others}"))
}

impl Parts {
    fn read(styles: &Path, modules: &Path) -> Result<Self> {
        let (mut tokens, mut components) = (String::new(), String::new());
        for line in files::read_text(&styles.join("design-system.txt"))?.lines().map(str::trim) {
            match line.split_once(' ') {
                _ if line.is_empty() || line.starts_with('#') => {}
                Some(("tokens", path)) => tokens += &squeeze(&files::read_text(&modules.join(path))?),
                _ => components += &squeeze(&files::read_text(&modules.join(line))?),
            }
        }
        let own = |name| -> Result<String> {
            let path = styles.join(name);
            Ok(if path.exists() { squeeze(&files::read_text(&path)?) } else { String::new() })
        };
        Ok(Self { tokens, components, ours: own("wijkkoers.css")?, theme: own("thema.css")? })
    }

    /// A misspelt token is not an error in CSS: the property silently has no value. In our own files it is one here.
    fn refuse_unknown_tokens(&self, others: &str) -> Result {
        let known: BTreeSet<&str> = declared(&self.tokens).chain(declared(others)).collect();
        let ours = [&self.ours, &self.theme].map(String::as_str).concat();
        let unknown = uses(&ours).filter(|(name, has_fallback)| !has_fallback && !known.contains(name));
        match unknown.map(|(name, _)| name).next() {
            Some(name) => Err(format!("frontend/styles uses {name}, which nothing declares").into()),
            None => Ok(()),
        }
    }
}

/// Of the tokens only those that `css` uses, and those that these use, and so on: 1,000 of 2,800.
fn prune(tokens: &str, css: &str) -> Result<String> {
    let mut values = BTreeMap::new();
    for (_, declarations) in rules(tokens)? {
        values.extend(declarations);
    }
    let mut used = BTreeSet::new();
    let mut open: Vec<&str> = uses(css).map(|(name, _)| name).collect();
    while let Some(name) = open.pop() {
        if used.insert(name) {
            open.extend(values.get(name).into_iter().flat_map(|value| uses(value)).map(|(name, _)| name));
        }
    }
    let mut pruned = String::new();
    for (selector, declarations) in rules(tokens)? {
        let kept: Vec<_> = declarations.iter().filter(|(name, _)| used.contains(name)).collect();
        if kept.is_empty() {
            continue;
        }
        let kept: Vec<_> = kept.iter().map(|(name, value)| format!("{name}:{value}")).collect();
        write!(pruned, "{selector}{{{}}}", kept.join(";"))?;
    }
    Ok(pruned)
}

type Declarations<'a> = Vec<(&'a str, &'a str)>;

/// The rules of a squeezed file of tokens, which is flat: selectors with custom properties.
fn rules(tokens: &str) -> Result<Vec<(&str, Declarations<'_>)>> {
    let mut rules = Vec::new();
    for rule in tokens.split_terminator('}') {
        let (selector, body) = rule.split_once('{').ok_or("a file of tokens with a rule without braces")?;
        if selector.starts_with('@') || body.contains('{') {
            return Err(format!("tokens inside {selector}: pruning knows flat rules only").into());
        }
        rules.push((selector, body.split(';').filter_map(|declaration| declaration.split_once(':')).collect()));
    }
    Ok(rules)
}

/// The names of custom properties that squeezed CSS asks for, and whether it says what to do without them.
fn uses(css: &str) -> impl Iterator<Item = (&str, bool)> {
    css.split("var(").skip(1).map(|rest| {
        let rest = rest.trim_start();
        let name = rest.split([',', ')', ' ']).next().unwrap_or_default();
        (name, rest.trim_start_matches(name).trim_start().starts_with(','))
    })
}

/// The names of custom properties that squeezed CSS gives a value.
fn declared(css: &str) -> impl Iterator<Item = &str> {
    css.split(['{', ';', '}']).filter(|part| part.starts_with("--")).filter_map(|part| Some(part.split_once(':')?.0))
}

/// Leaves out comments and the whitespace that means nothing. Compression does the rest better than clever rewriting.
pub fn squeeze(css: &str) -> String {
    let mut squeezed = String::with_capacity(css.len());
    let mut rest = css.chars().peekable();
    let mut space = false;
    while let Some(c) = rest.next() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if c == '/' && rest.peek() == Some(&'*') {
            skip_comment(&mut rest);
            continue;
        }
        let last = squeezed.chars().next_back().unwrap_or('{');
        if space && !"{};,:".contains(last) && !"{};,".contains(c) {
            squeezed.push(' ');
        }
        space = false;
        if c == '}' && last == ';' {
            squeezed.pop();
        }
        squeezed.push(c);
        if c == '"' || c == '\'' {
            copy_string(c, &mut rest, &mut squeezed);
        }
    }
    squeezed
}

fn skip_comment(rest: &mut impl Iterator<Item = char>) {
    let mut before = ' ';
    // The star that opens the comment is not the one that closes it.
    for c in rest.skip(1) {
        if before == '*' && c == '/' {
            return;
        }
        before = c;
    }
}

fn copy_string(quote: char, rest: &mut impl Iterator<Item = char>, squeezed: &mut String) {
    let mut escaped = false;
    for c in rest {
        squeezed.push(c);
        if c == quote && !escaped {
            return;
        }
        escaped = c == '\\' && !escaped;
    }
}

/// Without the declarations that ask for Leaflet's pictures, which we do not use or serve.
pub fn without_images(css: &str) -> String {
    css.lines().filter(|line| !line.contains("url(")).flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::{prune, squeeze, uses};

    #[test]
    fn space_goes_where_it_means_nothing() {
        for (css, squeezed) in [
            ("a  b ,\n c { color : red ; margin: 1px  2px; }\n", "a b,c{color :red;margin:1px 2px}"),
            ("/* x */ a{/**/content: \"  ;  /* no */ \\\" }\"; }", "a{content:\"  ;  /* no */ \\\" }\"}"),
            (
                "@media (width > 3em) and (hover) { a :hover { b: calc(1px + 2px) } }",
                "@media (width > 3em) and (hover){a :hover{b:calc(1px + 2px)}}",
            ),
        ] {
            assert_eq!(squeeze(css), squeezed);
        }
    }

    #[test]
    fn tokens_are_followed_until_closed() {
        let tokens = ".t{--a:var(--b);--b:var(--c,1px);--c:2px;--d:var(--a)}";
        assert_eq!(prune(tokens, "p{margin:var(--b, 0)}").expect("flat"), ".t{--b:var(--c,1px);--c:2px}");
    }

    #[test]
    fn a_fallback_is_seen() {
        let found: Vec<_> = uses("a{b:var(--x);c:var( --y ,var(--z))}").collect();
        assert_eq!(found, [("--x", false), ("--y", true), ("--z", false)]);
    }
}
