//! The database schema, one small step per file, the same set for SQLite and PostgreSQL. A step is never edited once
//! it has landed; it works while the code before it still runs.

mod m20261122_000001_create_gebied;
mod m20261122_000002_create_account;
mod m20261122_000003_create_wijkbudget;
mod m20261122_000004_create_opgave;
mod m20261122_000005_create_initiatief;
mod m20261122_000006_create_opdracht;
mod m20261122_000007_create_outbox;
mod m20261122_000008_index_filters;
mod m20261123_000009_add_stembureau;
mod m20261123_000010_create_buurtbegroting;
mod m20261123_000011_create_stembus;
mod m20261123_000012_create_bundel;
mod m20261123_000013_reconsider_project;
mod m20261125_000014_follow_winners;
mod m20261126_000015_exclude_plans;
mod m20261130_000020_guard_schema;
mod m20261130_000031_know_photo_files;
mod m20261130_000032_know_devices;
mod m20261130_000040_prove_box;
mod m20261130_000041_need_two;
mod m20261130_000050_create_bewaarder;
mod m20261130_000051_create_telling;
mod m20261130_000060_hide_plans;
mod m20261130_000061_look_first;
mod m20261130_000062_take_away;
mod m20261130_000063_freeze_hashes;
mod m20261130_000070_index_retention;
mod m20261130_000071_create_toelichting;
mod m20261130_000080_prove_paper;
mod m20261130_000081_ask_back;
mod m20261130_000082_end_replacements;
mod m20261130_000083_say_why_back;
mod m20261130_000084_mask_all;
mod m20261130_000085_try_own_key;
mod m20261130_000086_wait_once;
mod m20261130_000087_keep_askers;
mod m20261130_000088_keep_why_refused;
mod sql;

pub use sql::index_beside;

use sea_orm_migration::prelude::*;

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let steps: Vec<Box<dyn MigrationTrait>> = vec![
            Box::new(m20261122_000001_create_gebied::Migration),
            Box::new(m20261122_000002_create_account::Migration),
            Box::new(m20261122_000003_create_wijkbudget::Migration),
            Box::new(m20261122_000004_create_opgave::Migration),
            Box::new(m20261122_000005_create_initiatief::Migration),
            Box::new(m20261122_000006_create_opdracht::Migration),
            Box::new(m20261122_000007_create_outbox::Migration),
            Box::new(m20261122_000008_index_filters::Migration),
            Box::new(m20261123_000009_add_stembureau::Migration),
            Box::new(m20261123_000010_create_buurtbegroting::Migration),
            Box::new(m20261123_000011_create_stembus::Migration),
            Box::new(m20261123_000012_create_bundel::Migration),
            Box::new(m20261123_000013_reconsider_project::Migration),
            Box::new(m20261125_000014_follow_winners::Migration),
            Box::new(m20261126_000015_exclude_plans::Migration),
            Box::new(m20261130_000020_guard_schema::Migration),
            Box::new(m20261130_000031_know_photo_files::Migration),
            Box::new(m20261130_000032_know_devices::Migration),
            Box::new(m20261130_000040_prove_box::Migration),
            Box::new(m20261130_000041_need_two::Migration),
            Box::new(m20261130_000050_create_bewaarder::Migration),
            Box::new(m20261130_000051_create_telling::Migration),
            Box::new(m20261130_000060_hide_plans::Migration),
            Box::new(m20261130_000061_look_first::Migration),
            Box::new(m20261130_000062_take_away::Migration),
            Box::new(m20261130_000063_freeze_hashes::Migration),
            Box::new(m20261130_000070_index_retention::Migration),
            Box::new(m20261130_000071_create_toelichting::Migration),
            Box::new(m20261130_000080_prove_paper::Migration),
            Box::new(m20261130_000081_ask_back::Migration),
            Box::new(m20261130_000082_end_replacements::Migration),
            Box::new(m20261130_000083_say_why_back::Migration),
            Box::new(m20261130_000084_mask_all::Migration),
            Box::new(m20261130_000085_try_own_key::Migration),
            Box::new(m20261130_000086_wait_once::Migration),
            Box::new(m20261130_000087_keep_askers::Migration),
            Box::new(m20261130_000088_keep_why_refused::Migration),
        ];
        steps.into_iter().map(whole).collect()
    }
}

/// A step that is done as a whole or not at all, and noted with it, on both databases: by itself SeaORM gives a step of SQLite
/// no transaction, and one that breaks off half-way could never be done again. One that says that it wants none has none.
#[must_use]
pub fn whole(step: Box<dyn MigrationTrait>) -> Box<dyn MigrationTrait> {
    Box::new(Whole(step))
}

struct Whole(Box<dyn MigrationTrait>);

impl MigrationName for Whole {
    fn name(&self) -> &str {
        self.0.name()
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Whole {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.up(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        self.0.use_transaction().or(Some(true))
    }
}
