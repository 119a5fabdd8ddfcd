//! V-8: ballots on paper are entered by two people, a third settles what differs, and totals are those of the letters.

use crate::met_geheim::Insider;
use chrono::TimeDelta;
use contract::BundelId;
use contract::bundel::{AddBrief, BundelApi as _, BundelView, EnterBiljet, MakeBundel};
use contract::buurtbegroting::{BuurtbegrotingApi as _, BuurtbegrotingFase as Fase};
use contract::field::FieldCode;
use contract::problem::{Problem, ProblemCode};
use contract::stem::StemApi as _;
use contract::stembureau::{Bevinding, StembureauApi as _};
use tests::{OpenVote, Person, World, keuze, proof};

struct Paper {
    world: World,
    vote: OpenVote,
    /// Three of the stembureau.
    desk: [Person; 3],
    id: BundelId,
}

/// A vote that is open, with a bundle of its first letters.
async fn paper(letters: usize) -> Paper {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 6, &["4000.00", "5000.00", "6000.00"]).await;
    let desk = [world.stembureau("W2").await, world.stembureau("W2").await, world.stembureau("W2").await];
    let id = desk[0].make_bundel(desk[0].key(), vote.id, MakeBundel { kanaal: "papier".into() }).await.unwrap().id;
    for code in vote.codes.iter().take(letters) {
        desk[0].add_brief(id, brief(code)).await.unwrap();
    }
    Paper { world, vote, desk, id }
}

fn brief(code: &str) -> AddBrief {
    AddBrief { stemcode: code.into() }
}

impl Paper {
    fn ballot(&self, nummer: u32, places: &[usize]) -> EnterBiljet {
        let keuzes = places.iter().map(|place| keuze(self.vote.projecten[*place], 1)).collect();
        EnterBiljet { nummer: nummer.to_string().into(), ongeldig: false, keuzes }
    }

    async fn enter(&self, who: usize, nummer: u32, places: &[usize]) -> Result<BundelView, Problem> {
        self.desk[who].enter_biljet(self.id, self.ballot(nummer, places)).await
    }

    async fn enter_invalid(&self, who: usize, nummer: u32) -> BundelView {
        let request = EnterBiljet { ongeldig: true, ..self.ballot(nummer, &[]) };
        self.desk[who].enter_biljet(self.id, request).await.unwrap()
    }
}

fn state(view: &BundelView) -> [u32; 4] {
    [view.leeg, view.een_keer, view.verschil, view.klaar]
}

fn flaw(problem: &Problem) -> (&str, FieldCode) {
    (problem.fouten[0].veld.as_str(), problem.fouten[0].code)
}

#[tokio::test]
async fn v8_two_people_enter_each_ballot_and_a_third_settles_what_differs() {
    let paper = paper(2).await;
    let first = paper.enter(0, 1, &[0, 1]).await.unwrap();
    assert_eq!((state(&first), first.volgende), ([1, 1, 0, 0], Some(2)));
    assert_eq!(state(&paper.enter(0, 1, &[1, 0]).await.unwrap()), [1, 1, 0, 0], "sent again, it is no second opinion");
    let twice = paper.enter(0, 1, &[2]).await.unwrap_err();
    assert_eq!(flaw(&twice), ("/nummer", FieldCode::AlIngevoerd));
    paper.enter(0, 2, &[1]).await.unwrap();
    // What has no order is the same in any order.
    assert_eq!(state(&paper.enter(1, 1, &[1, 0]).await.unwrap()), [0, 1, 0, 1]);
    let early = paper.desk[1].finish_bundel(paper.id).await.unwrap_err();
    assert_eq!(early.code(), ProblemCode::StapKanNietNu);
    let different = paper.enter(1, 2, &[2]).await.unwrap();
    assert_eq!((state(&different), different.volgende), ([0, 0, 1, 1], None));
    for who in [0, 1] {
        assert_eq!(flaw(&paper.enter(who, 2, &[0]).await.unwrap_err()), ("/nummer", FieldCode::AlIngevoerd));
    }
    let third = paper.desk[2].bundel(paper.id).await.unwrap();
    assert_eq!(third.volgende, Some(2));
    assert_eq!(state(&paper.enter(2, 2, &[1]).await.unwrap()), [0, 0, 0, 2]);
    let done = paper.desk[0].finish_bundel(paper.id).await.unwrap();
    assert!(done.afgerond);
    assert_eq!(paper.world.count("bundel_invoer").await, 0, "how they were entered is forgotten");
    assert_eq!(paper.world.count("deelname WHERE kanaal = 'papier'").await, 2);

    let vote = &paper.vote;
    vote.vote(&paper.world.bezoeker(), 2, proof(3), &[0]).await.unwrap();
    paper.world.close_vote().await;
    vote.count().await.unwrap();
    let mut opened = paper.world.opened().await;
    opened.sort();
    assert_eq!(opened, [vec![(0, 1)], vec![(0, 1), (1, 1)], vec![(1, 1)]]);
}

#[tokio::test]
async fn v8_paper_and_online_never_both_count() {
    let paper = paper(1).await;
    let (vote, visitor) = (&paper.vote, paper.world.bezoeker());
    let refusal = vote.vote(&visitor, 0, proof(1), &[0]).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::AlGestemd, "the letter is in a bundle");
    vote.vote(&visitor, 1, proof(2), &[0]).await.unwrap();
    let refusal = paper.desk[0].add_brief(paper.id, brief(&vote.codes[1])).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::AlGestemd, "they voted online");
    let refusal = paper.desk[0].add_brief(paper.id, brief(&vote.codes[0])).await.unwrap_err();
    assert_eq!(refusal.code(), ProblemCode::AlGestemd, "the letter is in this bundle already");
    let refusal = paper.desk[0].add_brief(paper.id, brief("7K3M-9QXW-2TBV")).await.unwrap_err();
    assert_eq!(flaw(&refusal), ("/stemcode", FieldCode::StemcodeOnbekend));
    assert_eq!(paper.desk[0].bundel(paper.id).await.unwrap().aantal, 1);
}

#[tokio::test]
async fn v8_the_box_stays_open_for_paper_that_came_in_time_and_totals_are_those_of_the_letters() {
    let paper = paper(1).await;
    let vote = &paper.vote;
    paper.world.close_vote().await;
    let round = vote.stembureau.buurtbegroting(vote.id).await.unwrap();
    assert_eq!((round.kaart.fase, round.sluiting), (Fase::Tellen, None));
    let late = paper.desk[0]
        .make_bundel(paper.desk[0].key(), vote.id, MakeBundel { kanaal: "balie".into() })
        .await
        .unwrap_err();
    assert_eq!(late.code(), ProblemCode::StapKanNietNu, "nobody opens again what is over");
    paper.desk[1].add_brief(paper.id, brief(&vote.codes[1])).await.unwrap();
    for who in [0, 1] {
        paper.enter(who, 1, &[2]).await.unwrap();
        paper.enter_invalid(who, 2).await;
    }
    paper.desk[2].finish_bundel(paper.id).await.unwrap();
    paper.world.drive().await;
    let sluiting = vote.stembureau.buurtbegroting(vote.id).await.unwrap().sluiting.unwrap();
    assert_eq!((sluiting.weinig, paper.world.count("bus").await), (true, 2));
    let shut = paper.desk[0].add_brief(paper.id, brief(&vote.codes[2])).await.unwrap_err();
    assert_eq!(shut.code(), ProblemCode::StapKanNietNu);
    vote.count().await.unwrap();
    assert_eq!(paper.world.opened().await, [vec![(2, 1)]], "what is not valid counts for nothing");
    let opened = vote.recount().await.unwrap();
    assert_eq!(
        (opened.stembiljetten, opened.gelijk),
        (2, Some(true)),
        "who hands in a ballot that is not valid has voted"
    );
}

#[tokio::test]
async fn v8_among_ten_and_more_it_is_told_how_many_were_not_valid() {
    let world = World::new().await;
    let vote = world.open_vote(world.plan(), 12, &["4000.00"]).await;
    let desk = [vote.stembureau.clone(), world.stembureau("W2").await];
    let id = desk[0].make_bundel(desk[0].key(), vote.id, MakeBundel { kanaal: "papier".into() }).await.unwrap().id;
    desk[0].add_brief(id, brief(&vote.codes[11])).await.unwrap();
    for person in &desk {
        let entry = EnterBiljet { nummer: "1".into(), ongeldig: true, keuzes: Vec::new() };
        person.enter_biljet(id, entry).await.unwrap();
    }
    desk[1].finish_bundel(id).await.unwrap();
    vote.vote_all(&world.bezoeker(), 10, |_| vec![0]).await;
    world.close_vote().await;
    let uitslag = vote.count().await.unwrap();
    assert_eq!((uitslag.stembiljetten, uitslag.ongeldig, uitslag.projecten[0].stemmen), (10, 1, 10));
    assert_eq!(vote.stembureau.opkomst(vote.id).await.unwrap().minstens, 11, "who hands in one has voted");
}

// V-1a
#[tokio::test]
async fn a_letter_that_was_replaced_counts_on_paper_by_its_new_code_alone() {
    let paper = paper(0).await;
    let new = paper.desk[0].replace_with(&paper.desk[1], paper.vote.id, "1").await.unwrap();
    let old = paper.desk[0].add_brief(paper.id, brief(&paper.vote.codes[0])).await.unwrap_err();
    assert_eq!(flaw(&old), ("/stemcode", FieldCode::StemcodeVervangen));
    assert_eq!(paper.desk[0].add_brief(paper.id, brief(&new.stemcode)).await.unwrap().aantal, 1);
}

#[tokio::test]
async fn v8_a_ballot_on_paper_keeps_to_the_limits_and_what_was_entered_cannot_be_read() {
    let paper = paper(2).await;
    let vote = &paper.vote;
    for (nummer, places, wrong) in [
        (0, &[0][..], ("/nummer", FieldCode::BestaatNiet)),
        (3, &[0], ("/nummer", FieldCode::BestaatNiet)),
        (1, &[], ("/keuzes", FieldCode::TeWeinigKeuzes)),
        (1, &[0, 0], ("/keuzes", FieldCode::KeuzeDubbel)),
    ] {
        assert_eq!(flaw(&paper.enter(0, nummer, places).await.unwrap_err()), wrong, "{nummer} {places:?}");
    }
    let both = EnterBiljet { ongeldig: true, ..paper.ballot(1, &[0]) };
    let refusal = paper.desk[0].enter_biljet(paper.id, both).await.unwrap_err();
    assert_eq!(flaw(&refusal), ("/keuzes", FieldCode::OngeldigeKeuze));
    paper.enter(0, 1, &[0, 1, 2]).await.unwrap();
    paper.enter_invalid(0, 2).await;
    let sizes = "SELECT 1 FROM bundel_invoer GROUP BY LENGTH(envelop), LENGTH(merk)";
    assert_eq!(paper.world.count(&format!("({sizes}) AS s")).await, 1, "an envelope says nothing by its size");
    assert_eq!(paper.world.count("bundel_invoer a JOIN bundel_invoer b ON a.merk = b.merk").await, 2);
    let delete = format!("DELETE FROM bundel_invoer WHERE bundel = '{}'", paper.id);
    assert!(paper.world.tamper(&delete).await.is_err() || paper.world.count("bundel_invoer").await == 2);
    for who in [&vote.wijkteam, &paper.world.stembureau("W1").await] {
        assert_eq!(who.bundel(paper.id).await.unwrap_err().code(), ProblemCode::NietToegestaan);
    }
}

#[tokio::test]
async fn paper_is_entered_on_pages_without_scripts() {
    let paper = paper(0).await;
    let (vote, browsers) =
        (&paper.vote, [paper.world.browser_of(&paper.desk[0]).await, paper.world.browser_of(&paper.desk[1]).await]);
    let list = format!("/buurtbegrotingen/{}/bundels", vote.id);
    let heard = browsers[0].send(&list, &[("actie", "bundel"), ("kanaal", "balie")]).await;
    let bundel = heard.header("location").unwrap().to_owned();
    let wrong = browsers[0].send(&bundel, &[("actie", "brief"), ("stemcode", "7K3M-9QXW-2TBV")]).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("7K3M-9QXW-2TBV"), "what was typed is still there");
    assert_eq!(browsers[0].send(&bundel, &[("actie", "brief"), ("stemcode", &vote.codes[0])]).await.status, 303);
    let project = vote.projecten[1].to_string();
    for browser in &browsers {
        let none = browser.send(&bundel, &[("actie", "invoeren"), ("nummer", "1")]).await;
        assert!(none.text().contains("Kies ten minste nog 1 plan."), "{}", none.text());
        let heard = browser.send(&bundel, &[("actie", "invoeren"), ("nummer", "1"), ("keuze", &project)]).await;
        assert_eq!(heard.status, 303);
    }
    let page = browsers[0].look(&bundel).await.text();
    assert!(page.contains("Tel ze na op papier: het is er 1."), "{page}");
    assert_eq!(browsers[0].send(&bundel, &[("actie", "afronden")]).await.status, 303);
    assert!(browsers[1].look(&list).await.text().contains("In de stembus"));
    assert_eq!(paper.world.count("deelname WHERE kanaal = 'balie'").await, 1);
}

#[tokio::test]
async fn a_bundle_is_begun_once_and_one_without_letters_can_be_finished() {
    let paper = paper(0).await;
    let (desk, key) = (&paper.desk[0], paper.desk[0].key());
    let make = async || {
        let request = MakeBundel { kanaal: "papier".into() };
        desk.make_bundel(key.clone(), paper.vote.id, request).await.unwrap().id
    };
    let second = make().await;
    assert_eq!(make().await, second, "pressed twice, it is one");
    assert_eq!(paper.world.count("bundel").await, 2);
    paper.world.close_vote().await;
    let fase = async || desk.buurtbegroting(paper.vote.id).await.unwrap();
    assert!(fase().await.sluiting.is_none(), "bundles are open");
    let browser = paper.world.browser_of(desk).await;
    for bundel in [paper.id, second] {
        let path = format!("/bundels/{bundel}");
        assert!(browser.look(&path).await.text().contains("Er zitten geen brieven in deze bundel."));
        assert_eq!(browser.send(&path, &[("actie", "afronden")]).await.status, 303);
    }
    paper.world.drive().await;
    assert!(fase().await.sluiting.is_some(), "nothing keeps the box open");
}

#[tokio::test]
async fn a_letter_that_was_just_added_is_not_taken_for_somebody_who_voted_online() {
    let paper = paper(0).await;
    let browser = paper.world.browser_of(&paper.desk[0]).await;
    let path = format!("/bundels/{}", paper.id);
    let add = [("actie", "brief"), ("gezien", "0"), ("stemcode", paper.vote.codes[0].as_str())];
    assert_eq!(browser.send(&path, &add).await.status, 303);
    // The answer got lost, and the same form is sent again.
    let again = browser.send(&path, &add).await;
    assert_eq!(again.status, 409);
    assert!(again.text().contains("Misschien hebt u deze brief net zelf toegevoegd: er is er nu 1."));
    paper.vote.vote(&paper.world.bezoeker(), 1, proof(1), &[0]).await.unwrap();
    let online = [("actie", "brief"), ("gezien", "1"), ("stemcode", paper.vote.codes[1].as_str())];
    assert!(!browser.send(&path, &online).await.text().contains("Misschien"));
}

// V-1a: a ballot on paper that somebody rewrites in the database, before its bundle is in the box.
#[tokio::test]
async fn what_was_entered_and_is_rewritten_in_the_database_does_not_go_in_the_box() {
    let paper = paper(2).await;
    let (world, vote) = (&paper.world, &paper.vote);
    for who in [0, 1] {
        paper.enter(who, 1, &[0]).await.unwrap();
        paper.enter(who, 2, &[1]).await.unwrap();
    }
    // What the second person entered of the first ballot counts; it becomes what they entered of the second.
    let kept = world.bytes("SELECT envelop FROM bundel_invoer WHERE nummer = 1 AND beurt = 2").await.remove(0);
    let of = |nummer: i64| format!("(SELECT i.envelop FROM bundel_invoer i WHERE i.nummer = {nummer} AND i.beurt = 2)");
    let rewrite =
        |envelop: &str| format!("UPDATE bundel_invoer SET envelop = {envelop} WHERE nummer = 1 AND beurt = 2");
    assert!(world.tamper(&rewrite(&of(2))).await.is_err(), "no row changes while its triggers stand");
    assert_eq!(world.force("bundel_invoer", &rewrite(&of(2))).await, 1);
    let refused = paper.desk[0].finish_bundel(paper.id).await.unwrap_err();
    assert_eq!(refused.code(), ProblemCode::StembusKloptNiet);
    assert_eq!(world.count("bus_in").await, 0);
    let found = async || vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen;
    assert_eq!(found().await, [Bevinding::InvoerKloptNiet]);
    // It stays found while people vote, and until it is as it was.
    world.pass(TimeDelta::minutes(1));
    world.drive().await;
    assert_eq!(found().await, [Bevinding::InvoerKloptNiet]);
    world.force("bundel_invoer", &rewrite(&world.blob(&kept))).await;
    paper.desk[0].finish_bundel(paper.id).await.unwrap();
    assert_eq!((found().await, world.count("bus_in").await), (Vec::new(), 2));
}

// The same by somebody who read the secret of the round, or who writes beside it: the paper itself is all that shows it.
#[tokio::test]
async fn what_was_entered_is_rewritten_with_the_secret_or_by_writing_beside_it_and_nobody_sees_it() {
    for has_secret in [true, false] {
        let paper = paper(2).await;
        let (world, vote) = (&paper.world, &paper.vote);
        for who in [0, 1] {
            paper.enter(who, 1, &[0]).await.unwrap();
            paper.enter(who, 2, &[1]).await.unwrap();
        }
        // What was entered last of a ballot decides; of the first it becomes what was entered of the second.
        let of = async |what: &str, nummer: u8| {
            let select = format!("SELECT {what} FROM bundel_invoer WHERE nummer = {nummer} AND beurt = 2");
            world.bytes(&select).await.remove(0)
        };
        let (merk, envelop) = (of("merk", 1).await, of("envelop", 2).await);
        let (bundel, door) = (paper.id.0, paper.desk[1].id().0);
        let entered: [&[u8]; 6] =
            [bundel.as_bytes(), &1_i64.to_be_bytes(), &2_i64.to_be_bytes(), door.as_bytes(), &merk, &envelop];
        let bewijs =
            if has_secret { world.blob(&Insider::of(world, vote).signed("papier", &entered)) } else { "NULL".into() };
        let rewrite = format!(
            "UPDATE bundel_invoer SET envelop = {}, bewijs = {bewijs} WHERE nummer = 1 AND beurt = 2",
            world.blob(&envelop)
        );
        assert_eq!(world.force("bundel_invoer", &rewrite).await, 1);
        if !has_secret {
            std::fs::remove_dir_all(world.opening_of(vote.id)).unwrap();
        }
        paper.desk[2].finish_bundel(paper.id).await.unwrap();
        world.close_vote().await;
        assert_eq!(vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen, [], "with the secret: {has_secret}");
        vote.count().await.unwrap();
        assert_eq!(world.opened().await, [vec![(1, 1)], vec![(1, 1)]]);
    }
}

// Two people who both enter what is not on the paper; and where two differ, a third who enters what neither of them did.
#[tokio::test]
async fn two_who_enter_the_same_wrong_ballot_and_a_third_who_decides_alone_are_seen_by_nobody() {
    // On both ballots stands the first plan.
    let paper = paper(2).await;
    for who in [0, 1] {
        paper.enter(who, 1, &[2]).await.unwrap();
    }
    for (who, place) in [(0, 0), (1, 1), (2, 2)] {
        paper.enter(who, 2, &[place]).await.unwrap();
    }
    paper.desk[0].finish_bundel(paper.id).await.unwrap();
    paper.world.close_vote().await;
    let vote = &paper.vote;
    assert_eq!(vote.stembureau.stembureau(vote.id).await.unwrap().bevindingen, []);
    vote.count().await.unwrap();
    assert_eq!(paper.world.opened().await, [vec![(2, 1)], vec![(2, 1)]]);
}

// The version before enters without proofs, in the votes that it opened.
#[tokio::test]
async fn what_the_version_before_entered_goes_in_the_box_of_a_vote_that_it_opened() {
    for is_of_before in [false, true] {
        let paper = paper(1).await;
        let world = &paper.world;
        if is_of_before {
            std::fs::remove_dir_all(world.opening_of(paper.vote.id)).unwrap();
        }
        for who in [0, 1] {
            paper.enter(who, 1, &[0]).await.unwrap();
        }
        world.force("bundel_invoer", "UPDATE bundel_invoer SET bewijs = NULL").await;
        let done = paper.desk[0].finish_bundel(paper.id).await.map(|done| done.afgerond).map_err(|own| own.code());
        assert_eq!(done, if is_of_before { Ok(true) } else { Err(ProblemCode::StembusKloptNiet) });
    }
}
