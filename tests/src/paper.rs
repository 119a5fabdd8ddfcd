//! Letters as they come out of a printer: their words, and what a phone's camera reads on them.

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, ObjectId};

/// A sheet of a letter.
#[derive(Debug)]
pub struct Sheet {
    /// Its words, a line each.
    pub lines: Vec<String>,
    /// Where the words begin on the paper, in millimetres from its left and to the foot of the letters from its top; a
    /// line of several fonts begins more than once.
    pub places: Vec<[f32; 2]>,
    /// What the QR code on it says.
    pub qr: String,
}

/// The sheets of a PDF.
///
/// # Panics
/// When it is no PDF, or a sheet has no QR code that can be read.
#[must_use]
pub fn sheets(pdf: &[u8]) -> Vec<Sheet> {
    let document = Document::load_mem(pdf).expect("a PDF");
    let sheet = |(number, page): (u32, ObjectId)| {
        let text = document.extract_text(&[number]).expect("its words");
        let lines = text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        let content = Content::decode(&document.get_page_content(page)).expect("a drawing");
        Sheet { lines, places: places(&content), qr: read_qr(&boxes(&content)) }
    };
    document.get_pages().into_iter().map(sheet).collect()
}

/// All words of a PDF.
///
/// # Panics
/// When it is no PDF.
#[must_use]
pub fn words(pdf: &[u8]) -> String {
    let document = Document::load_mem(pdf).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    document.extract_text(&pages).expect("its words")
}

/// A box that is filled: left, top, right and bottom, in points.
type Filled = [f32; 4];

/// Where text is set; the drawing itself begins at the upper left corner.
fn places(content: &Content) -> Vec<[f32; 2]> {
    let place = |step: &Operation| {
        let numbers: Vec<f32> = step.operands.iter().filter_map(|own| Object::as_float(own).ok()).collect();
        let [.., x, y] = numbers.as_slice() else { return None };
        (step.operator == "Tm").then(|| [*x, *y].map(|points| points * 25.4 / 72.0))
    };
    content.operations.iter().filter_map(place).collect()
}

fn boxes(content: &Content) -> Vec<Filled> {
    let (mut found, mut corners) = (Vec::new(), Vec::<(f32, f32)>::new());
    for step in &content.operations {
        let numbers: Vec<f32> = step.operands.iter().filter_map(|own| Object::as_float(own).ok()).collect();
        match (step.operator.as_str(), numbers.as_slice()) {
            ("m" | "l", [x, y]) => corners.push((*x, *y)),
            ("h", _) => {
                let of =
                    |pick: fn(&(f32, f32)) -> f32, best: fn(f32, f32) -> f32| corners.iter().map(pick).reduce(best);
                let edges = (
                    of(|at| at.0, f32::min),
                    of(|at| at.1, f32::min),
                    of(|at| at.0, f32::max),
                    of(|at| at.1, f32::max),
                );
                if let (Some(left), Some(top), Some(right), Some(bottom)) = edges {
                    found.push([left, top, right, bottom]);
                }
                corners.clear();
            }
            _ => {}
        }
    }
    // What is as wide as the text is what the code is printed on.
    found.retain(|[left, _, right, _]| right - left < 200.0);
    found
}

/// Draws the boxes as a camera sees them, with paper around them, and reads what they say.
#[expect(clippy::cast_precision_loss, reason = "a picture of a few hundred points")]
fn read_qr(boxes: &[Filled]) -> String {
    const SIDE: usize = 400;
    const PAPER: f32 = 10.0;
    let left = boxes.iter().map(|own| own[0]).fold(f32::MAX, f32::min);
    let top = boxes.iter().map(|own| own[1]).fold(f32::MAX, f32::min);
    let width = boxes.iter().map(|own| own[2]).fold(f32::MIN, f32::max) - left;
    let point = |pixel: usize| (pixel as f32 + 0.5) * (width + 2.0 * PAPER) / SIDE as f32 - PAPER;
    let is_dark = |x: usize, y: usize| {
        let (x, y) = (point(x) + left, point(y) + top);
        boxes.iter().any(|own| own[0] <= x && x < own[2] && own[1] <= y && y < own[3])
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(SIDE, SIDE, |x, y| if is_dark(x, y) { 0 } else { 255 });
    let found = image.detect_grids();
    let code = found.first().filter(|_| found.len() == 1).expect("one QR code on a sheet");
    code.decode().expect("a QR code that can be read").1
}
