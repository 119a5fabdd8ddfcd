//! What becomes of the files of photos that nobody needs. Their rows went before: how long what is kept stands in `retention`.
//!
//! Files bear the name of what is in them, so two photos can be one file. Every file is noted before it is written (see
//! `announce` in `operations.rs`), and removed when no photo names it and a day has passed: that holds for whatever
//! took the photo away, and for a file whose photo was never stored. What cannot be removed now stays noted, and is
//! tried again. Files that nobody noted are left alone: they may be of photos from after a backup that was put back.

use crate::app::App;
use crate::error::Error;
use crate::foto::operations::Size;
use crate::foto::store;
use chrono::{DateTime, Utc};

/// Notes the files of photos from before files were noted: once their rows are gone nobody would know them.
///
/// # Errors
/// When the database is away.
pub async fn note_files(app: &App) -> Result<(), Error> {
    let tx = app.begin().await?;
    store::announce_known_files(&tx).await?;
    tx.commit().await
}

/// Removes the files that no photo names and that were written before this moment, small copies with them; says how many photos
/// that were.
///
/// # Errors
/// When the database or the place of the photos is away. What went before that is gone, and the log says how much.
pub async fn remove_files(app: &App, before: DateTime<Utc>) -> Result<u64, Error> {
    let mut gone = 0;
    let done = remove_all(app, before, &mut gone).await;
    if done.is_err() && gone > 0 {
        tracing::info!(gone, "files of photos were removed before it failed");
    }
    done.map(|()| gone)
}

async fn remove_all(app: &App, before: DateTime<Utc>, gone: &mut u64) -> Result<(), Error> {
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
            *gone += 1;
        }
    }
}
