//! The pages of Wijkkoers: rendered on the server, readable without scripts, with islands where something moves.

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod format;
pub mod forms;
pub mod i18n;
mod problem_text;
#[cfg(feature = "ssr")]
pub mod site;
#[cfg(feature = "ssr")]
pub mod submit;
#[cfg(feature = "ssr")]
mod words;
