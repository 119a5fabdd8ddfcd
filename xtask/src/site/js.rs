//! Scripts without the comments that are for us.

/// Leaves out comments that have a line to themselves, indentation and empty lines; knows no more of JavaScript than
/// that. A script with a template literal over several lines stays as it is, since there every space counts.
pub fn squeeze(script: &str) -> String {
    if script.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return script.to_owned();
    }
    let mut squeezed = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment = in_comment || line.starts_with("/*");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            squeezed += line;
            squeezed.push('\n');
        }
        in_comment = in_comment && !line.ends_with("*/");
    }
    squeezed
}

#[cfg(test)]
mod tests {
    use super::squeeze;

    #[test]
    fn only_code_is_left() {
        let script = "/**\n * What.\n */\n/* one */\nlet a = 1; // stays\n\n  // goes\n  let b = `x`;\n";
        assert_eq!(squeeze(script), "let a = 1; // stays\nlet b = `x`;\n");
    }

    #[test]
    fn a_template_over_lines_keeps_its_spaces() {
        let script = "let a = `x\n   y`;\n";
        assert_eq!(squeeze(script), script);
    }
}
