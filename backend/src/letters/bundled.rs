//! More letters than a PDF should hold: PDFs in one zip, handed on as each is drawn, so that whoever waits sees it grow.

use super::{Brief, Occasion};
use crate::error::Error;
use std::io::{self, Write};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// What a zip is written to: each piece goes on at once.
struct Handing<F>(F);

impl<F: FnMut(Vec<u8>) -> io::Result<()>> Write for Handing<F> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0(piece.to_vec())?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Draws letters, so many in each PDF, and hands on the pieces of a zip around them. It ends when nobody takes a piece.
///
/// # Errors
/// When a letter cannot be drawn, or nobody waits any more.
pub fn zip(
    occasion: &Occasion,
    letters: &[Brief],
    in_a_file: usize,
    hand_on: impl FnMut(Vec<u8>) -> io::Result<()>,
) -> Result<(), Error> {
    let failed = |error: io::Error| Error::Internal(format!("letters: {error}"));
    let mut zip = ZipWriter::new_stream(Handing(hand_on));
    // A PDF is compressed already.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for part in letters.chunks(in_a_file) {
        let pdf = super::pdf(occasion, part)?;
        zip.start_file(format!("{}.pdf", super::file_name(part)), options).map_err(|error| failed(error.into()))?;
        zip.write_all(&pdf).map_err(failed)?;
    }
    zip.finish().map_err(|error| failed(error.into()))?;
    Ok(())
}
