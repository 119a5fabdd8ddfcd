//! A sheet of paper: text that is wrapped, and squares that a phone's camera reads. Lengths are in millimetres from the
//! upper left corner, sizes of text in points.

use crate::error::Error;
use crate::site;
use krilla::Document;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use qrcode::{Color, EcLevel, QrCode};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use std::collections::HashMap;

const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 297.0;
/// Points in a millimetre.
const POINTS: f32 = 72.0 / 25.4;
/// From one line to the next, in parts of the size of the text.
const LEADING: f32 = 1.4;
/// What is written and measured: the letters of Western Europe, and those that other languages add to them.
const RANGES: std::ops::RangeInclusive<char> = '\u{20}'..='\u{20bf}';

/// What a letter looks like in a font.
#[derive(Debug, Clone, Copy)]
struct Shape {
    id: GlyphId,
    /// Its width, in parts of the size of the text.
    advance: f32,
}

/// A font with what it can write.
#[derive(Debug)]
struct Face {
    font: Font,
    shapes: HashMap<char, Shape>,
}

impl Face {
    /// One of the fonts of the site.
    fn read(name: &str) -> Result<Self, Error> {
        let missing = || Error::Internal(format!("{name}: the site was not built (cargo xtask site)"));
        let path = site::names().and_then(|mut names| names.remove(name)).ok_or_else(missing)?;
        let packed = site::file(path.trim_start_matches('/')).ok_or_else(missing)?;
        let odd = || Error::Internal(format!("{name}: is no font"));
        let data = wuff::decompress_woff2(&packed).map_err(|_odd| odd())?;
        let shapes = {
            let font = FontRef::new(&data).map_err(|_odd| odd())?;
            let (characters, metrics) = (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
            let shape = |letter: char| {
                let id = characters.map(letter)?;
                Some((letter, Shape { id: GlyphId::new(id.to_u32()), advance: metrics.advance_width(id)? }))
            };
            RANGES.filter_map(shape).collect()
        };
        Ok(Self { font: Font::new(data.into(), 0).ok_or_else(odd)?, shapes })
    }
}

/// How heavy text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// As the body of a letter.
    Regular,
    /// As a heading.
    Bold,
}

/// The fonts of the pages, on paper.
#[derive(Debug)]
pub struct Fonts {
    regular: [Face; 2],
    bold: [Face; 2],
}

impl Fonts {
    /// Reads them.
    ///
    /// # Errors
    /// When the program was built without the site.
    pub fn read() -> Result<Self, Error> {
        let faces = |weight: &str| {
            let names = ["noto-sans", "noto-sans-latin-ext"].map(|name| Face::read(&format!("{name}-{weight}.woff2")));
            let [main, more] = names;
            Ok::<_, Error>([main?, more?])
        };
        Ok(Self { regular: faces("400")?, bold: faces("700")? })
    }

    const fn faces(&self, weight: Weight) -> &[Face; 2] {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The face that has a letter, and the letter in it; what no face has is shown as a question mark.
    fn find(&self, weight: Weight, letter: char) -> Option<(&Face, Shape)> {
        let faces = self.faces(weight);
        let find = |letter| faces.iter().find_map(|face| face.shapes.get(&letter).map(|shape| (face, *shape)));
        find(letter).or_else(|| find('?'))
    }

    /// How wide a text is, in millimetres.
    fn width(&self, weight: Weight, size: f32, text: &str) -> f32 {
        let advances = text.chars().filter_map(|letter| self.find(weight, letter)).map(|(_, shape)| shape.advance);
        advances.sum::<f32>() * size / POINTS
    }

    /// The lines of a text that is at most so wide; a word that is wider has a line for itself.
    fn wrap<'a>(&self, weight: Weight, size: f32, width: f32, text: &'a str) -> Vec<&'a str> {
        let mut lines = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let ends = rest.match_indices(' ').map(|(at, _)| at).chain([rest.len()]);
            let fits = |end: &usize| rest.get(..*end).is_some_and(|line| self.width(weight, size, line) <= width);
            let first = rest.find(' ').unwrap_or(rest.len());
            let end = ends.take_while(fits).last().unwrap_or(first);
            let (line, more) = rest.split_at(end);
            lines.push(line);
            rest = more.trim_start();
        }
        lines
    }
}

/// A file of sheets.
pub struct Paper<'a> {
    fonts: &'a Fonts,
    document: Document,
}

impl<'a> Paper<'a> {
    /// A file without a sheet.
    #[must_use]
    pub fn new(fonts: &'a Fonts, language: &str, title: &str) -> Self {
        let mut document = Document::new();
        document.set_metadata(Metadata::new().title(title.to_owned()).language(language.to_owned()));
        Self { fonts, document }
    }

    /// Adds a sheet that `draw` fills.
    ///
    /// # Errors
    /// As `draw`.
    pub fn add(&mut self, draw: impl FnOnce(&mut Sheet<'_>) -> Result<(), Error>) -> Result<(), Error> {
        let odd = || Error::Internal("the size of a sheet".into());
        let settings = PageSettings::from_wh(WIDTH * POINTS, HEIGHT * POINTS).ok_or_else(odd)?;
        let mut page = self.document.start_page_with(settings);
        let mut sheet = Sheet { fonts: self.fonts, surface: page.surface() };
        draw(&mut sheet)
    }

    /// The file, as PDF.
    ///
    /// # Errors
    /// When it cannot be written, which is our own mistake.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        self.document.finish().map_err(|error| Error::Internal(format!("a PDF: {error:?}")))
    }
}

/// One side of a sheet of A4.
pub struct Sheet<'a> {
    fonts: &'a Fonts,
    surface: Surface<'a>,
}

impl Sheet<'_> {
    /// Writes lines from `(x, y)` down, at most `width` wide; gives where the next line comes.
    pub fn write(&mut self, (x, y): (f32, f32), width: f32, (weight, size): (Weight, f32), text: &str) -> f32 {
        let mut y = y;
        for line in self.fonts.wrap(weight, size, width, text) {
            y += size * LEADING / POINTS;
            self.line((x, y), (weight, size), line);
        }
        y
    }

    /// Writes one line that stands on `(x, y)`.
    fn line(&mut self, (x, y): (f32, f32), (weight, size): (Weight, f32), text: &str) {
        let mut x = x;
        let mut run: Option<(&Face, usize, Vec<KrillaGlyph>)> = None;
        for (at, letter) in text.char_indices() {
            let Some((face, shape)) = self.fonts.find(weight, letter) else { continue };
            if !matches!(&run, Some((own, ..)) if own.font == face.font) {
                x += self.draw((x, y), size, text, run.take());
                run = Some((face, at, Vec::new()));
            }
            if let Some((_, start, glyphs)) = &mut run {
                let range = at - *start..at - *start + letter.len_utf8();
                glyphs.push(KrillaGlyph::new(shape.id, shape.advance, 0.0, 0.0, 0.0, range, None));
            }
        }
        self.draw((x, y), size, text, run);
    }

    /// Draws letters of one face; gives how wide they are.
    fn draw(
        &mut self,
        (x, y): (f32, f32),
        size: f32,
        text: &str,
        run: Option<(&Face, usize, Vec<KrillaGlyph>)>,
    ) -> f32 {
        let Some((face, start, glyphs)) = run else { return 0.0 };
        let end = glyphs.last().map_or(start, |glyph| start + glyph.text_range.end);
        let own = text.get(start..end).unwrap_or_default();
        self.surface.draw_glyphs(Point::from_xy(x * POINTS, y * POINTS), &glyphs, face.font.clone(), own, size, false);
        glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * size / POINTS
    }

    /// An empty box to write in.
    pub fn frame(&mut self, (x, y): (f32, f32), size: f32) {
        const LINE: f32 = 0.4;
        let (right, bottom) = (x + size - LINE, y + size - LINE);
        let edges = [(x, y, size, LINE), (x, bottom, size, LINE), (x, y, LINE, size), (right, y, LINE, size)];
        self.fill(edges.into_iter());
    }

    /// A grey box.
    pub fn shade(&mut self, (x, y): (f32, f32), (width, height): (f32, f32)) {
        let grey = Fill {
            paint: krilla::color::luma::Color::new(238).into(),
            opacity: NormalizedF32::ONE,
            rule: Default::default(),
        };
        self.surface.set_fill(Some(grey));
        self.fill([(x, y, width, height)].into_iter());
        self.surface.set_fill(None);
    }

    /// A QR code of so many millimetres square.
    ///
    /// # Errors
    /// When the text is too long for one.
    pub fn qr(&mut self, (x, y): (f32, f32), size: f32, text: &str) -> Result<(), Error> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|error| Error::Internal(format!("a QR code: {error}")))?;
        let colors = code.to_colors();
        let (count, mut bars) = (code.width(), Vec::new());
        #[expect(clippy::cast_precision_loss, reason = "a QR code has at most 177 modules")]
        let module = |number: usize| number as f32 * size / count as f32;
        for (row, colors) in colors.chunks(count).enumerate() {
            let mut at = 0;
            // Dark modules that touch are one bar: fewer strokes, and no white hairlines between them.
            for piece in colors.chunk_by(|one, other| one == other) {
                if piece.first() == Some(&Color::Dark) {
                    bars.push((x + module(at), y + module(row), module(piece.len()), module(1)));
                }
                at += piece.len();
            }
        }
        self.fill(bars.into_iter());
        Ok(())
    }

    fn fill(&mut self, boxes: impl Iterator<Item = (f32, f32, f32, f32)>) {
        let mut path = PathBuilder::new();
        for (x, y, width, height) in boxes {
            if let Some(own) = Rect::from_xywh(x * POINTS, y * POINTS, width * POINTS, height * POINTS) {
                path.push_rect(own);
            }
        }
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }
}

impl std::fmt::Debug for Paper<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paper").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Sheet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet").finish_non_exhaustive()
    }
}
