//! How long reading and counting take: `cargo bench -p tally`. Parsing is measured apart; everything runs on one thread.
//!
//! The real elections lie beside the project; without them a made one is counted.

#[path = "../tests/real/mod.rs"]
mod real;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use tally::{Completion, Rule, Satisfaction, Settings, Unfit, count, pb};

fn settings(completion: Completion) -> Settings {
    Settings::new(Rule::EqualShares { satisfaction: Satisfaction::Cost, completion })
}

fn benches(criterion: &mut Criterion) {
    let mut files = real::files();
    if files.is_empty() {
        files.push(("made".to_owned(), made(20_000)));
    }
    for (name, text) in &files {
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("read", |bencher| bencher.iter(|| pb::read(black_box(text.as_bytes()))));
        let election = pb::read(text.as_bytes()).expect("no faults").election;
        group.throughput(Throughput::Elements(election.ballots.len() as u64));
        for (rule, settings) in [
            ("equal shares", settings(Completion::None)),
            ("equal shares, add1", settings(Completion::Add1)),
            ("phragmen", Settings::new(Rule::Phragmen { unfit: Unfit::Skip })),
        ] {
            if count(&election, &settings).is_ok() {
                group.bench_function(rule, |bencher| bencher.iter(|| count(black_box(&election), &settings)));
            }
        }
        group.bench_function("report", |bencher| {
            let counted = || count(&election, &settings(Completion::None)).expect("it can be counted");
            bencher.iter_batched(counted, |counted| counted.report(), BatchSize::SmallInput);
        });
        group.finish();
    }
}

/// An election of 60 projects with some popular ones.
fn made(voters: usize) -> String {
    let mut text = format!(
        "META\nkey;value\nnum_projects;60\nnum_votes;{voters}\nbudget;1000000\nvote_type;approval\nPROJECTS\nproject_id;cost\n"
    );
    for project in 0..60 {
        text.push_str(&format!("{project};{}\n", 10_000 + project * 7_919 % 90_000));
    }
    text.push_str("VOTES\nvoter_id;vote\n");
    for voter in 0..voters {
        let choices: std::collections::BTreeSet<usize> =
            (1..=7).map(|at| voter * at * 2_654_435_761 % 60 * (voter % (at + 1)) / (at + 1)).collect();
        let choices: Vec<String> = choices.iter().map(ToString::to_string).collect();
        text.push_str(&format!("{voter};{}\n", choices.join(",")));
    }
    text
}

criterion_group!(all, benches);
criterion_main!(all);
