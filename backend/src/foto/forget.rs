//! What becomes of photos that nobody needs: their rows go in a transaction, their files after it.
//!
//! Files bear the name of what is in them, so two photos can be one file. Every file is noted before it is written (see
//! `announce` in `operations.rs`), and removed when no photo names it and a day has passed: that holds for whatever
//! took the photo away, and for a file whose photo was never stored. What cannot be removed now stays noted, and is
//! tried again. Files that nobody noted are left alone: they may be of photos from after a backup that was put back.

use crate::app::{App, Tx};
use crate::error::Error;
use crate::foto::operations::Size;
use crate::foto::store;
use chrono::TimeDelta;

/// Hours that a guest has to hand in what a photo belongs to.
const KEEP_OF_GUESTS_HOURS: i64 = 24;
/// Days for somebody with an account: as long as a concept is kept (SECURITY-RULES G-1).
const KEEP_OF_ACCOUNTS_DAYS: i64 = 90;
/// Hours in which a file may still be on its way to being part of a photo.
const KEEP_FILES_HOURS: i64 = 24;

/// Deletes photos that belong to nothing and were kept long enough.
///
/// # Errors
/// When the database is away.
pub async fn forget_rows(tx: &Tx, app: &App) -> Result<(), Error> {
    let now = app.now();
    store::announce_known_files(tx).await?;
    let guests = now - TimeDelta::hours(KEEP_OF_GUESTS_HOURS);
    store::delete_loose(tx, guests, now - TimeDelta::days(KEEP_OF_ACCOUNTS_DAYS)).await?;
    Ok(())
}

/// Removes the files that no photo names, small copies with them.
///
/// # Errors
/// When the database or the place of the photos is away.
pub async fn remove_files(app: &App) -> Result<(), Error> {
    let before = app.now() - TimeDelta::hours(KEEP_FILES_HOURS);
    loop {
        let files = store::unnamed_files(app.databases().primary(), before).await?;
        if files.is_empty() {
            return Ok(());
        }
        for bestand in files {
            let tx = app.begin().await?;
            let is_ours = store::take_file_away(&tx, &bestand, before, app.now()).await?;
            tx.commit().await?;
            if !is_ours {
                continue;
            }
            for size in [Size::Small, Size::Whole] {
                app.photos.delete(&size.place(&bestand)).await?;
            }
            let tx = app.begin().await?;
            store::forget_file(&tx, &bestand).await?;
            tx.commit().await?;
        }
    }
}
