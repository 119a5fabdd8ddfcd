//! Elections: one that is made, and how long it takes to count one.

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use tally::{Completion, Rule, Satisfaction, Settings, pb};

const PROJECTS: u64 = 200;

/// A counted election takes this long at least in all, so that the best of several runs is a fair figure.
const MEASURED: Duration = Duration::from_millis(1_500);

/// Writes an election in which some projects are popular and nearly every ballot is its own: four to sixteen choices.
pub fn make(voters: u32) -> Result<(), Box<dyn Error>> {
    // Knuth's linear congruential generator: the same election on every machine.
    let mut random = 2027_u64;
    let mut next = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let mut to = std::io::BufWriter::new(std::io::stdout().lock());
    let budget = u64::from(voters) * 20;
    writeln!(to, "META\nkey;value\nnum_projects;{PROJECTS}\nnum_votes;{voters}\nbudget;{budget}\nvote_type;approval")?;
    writeln!(to, "PROJECTS\nproject_id;cost")?;
    for project in 1..=PROJECTS {
        writeln!(to, "{project};{}", (budget / 2_000 * (1 + next(40))).max(1))?;
    }
    writeln!(to, "VOTES\nvoter_id;vote")?;
    for voter in 1..=voters {
        let mut choices: Vec<u64> = (0..4 + next(13)).map(|_| 1 + next(PROJECTS).min(next(PROJECTS))).collect();
        choices.sort_unstable();
        choices.dedup();
        let choices: Vec<String> = choices.iter().map(ToString::to_string).collect();
        writeln!(to, "{voter};{}", choices.join(","))?;
    }
    Ok(to.flush()?)
}

/// Reads and counts a file several times, and prints the best of each: milliseconds, and the most memory.
#[expect(clippy::print_stdout, reason = "this is how a figure reaches who asked for it")]
pub fn count(file: &Path) -> Result<(), Box<dyn Error>> {
    let settings = Settings::new(Rule::EqualShares { satisfaction: Satisfaction::Cost, completion: Completion::Add1 });
    let source = std::fs::read(file)?;
    let [mut read, mut counted, mut reported] = [Duration::MAX; 3];
    let began = Instant::now();
    let mut winners = 0;
    while began.elapsed() < MEASURED {
        let start = Instant::now();
        let election = pb::read(&source)?.election;
        read = read.min(start.elapsed());
        let start = Instant::now();
        let outcome = tally::count(&election, &settings)?;
        counted = counted.min(start.elapsed());
        let start = Instant::now();
        winners = outcome.report().chosen.len();
        reported = reported.min(start.elapsed());
    }
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB").trim();
    let kilobytes = peak.trim_end_matches(" kB");
    println!(
        "{{\"read\":{:.3},\"count\":{:.3},\"report\":{:.3},\"winners\":{winners},\"kilobytes\":{kilobytes},\"bytes\":{}}}",
        milliseconds(read),
        milliseconds(counted),
        milliseconds(reported),
        source.len()
    );
    Ok(())
}
