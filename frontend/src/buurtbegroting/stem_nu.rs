//! Casting from a browser that makes its own secret, and changing what was cast: what is sent, and what is shown then.

use crate::buurtbegroting_proof::{Proof, ProofWords};
use contract::problem::ProblemCode;
use contract::stem::{CastVote, CheckStembewijs, CheckStemcode, StemApi, Stembewijs};
use contract::stembiljet::StemKeuze;
use contract::{BuurtbegrotingId, Problem, Reply};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What somebody can do whose ballot was not taken, in the language of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayOut {
    /// What the heading says when a vote was cast for the letter already.
    pub title: String,
    /// That the ballot has to be changed first.
    pub change: String,
    /// Whom to mail for who did not vote themselves, as a sentence with that address in it.
    pub mail: String,
    /// That address.
    pub contact: String,
    /// Whom to call, as a sentence, and the number in it; where the municipality names one.
    pub phone: Option<(String, String)>,
    /// How who voted themselves changes their ballot, where the round allows it.
    pub to_change: Option<String>,
    /// Where a ballot is looked up.
    pub look: String,
    /// How to vote with another letter.
    pub other: String,
    /// The page of the round.
    pub round: String,
}

/// What a check sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// A vote, as a ballot of its own.
    Cast {
        /// The code on the letter.
        stemcode: String,
        /// Address of the page that looks a ballot up, without the code.
        adres: String,
        /// The words of the proof.
        woorden: Box<ProofWords>,
    },
    /// What takes the place of a ballot that is in the box.
    Change {
        /// How that ballot stood: sent again, this change never comes on top of a later one.
        stand: Option<String>,
        /// What is said then.
        woorden: Box<ChangeWords>,
    },
}

/// What is said when a ballot was changed, or had been changed before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeWords {
    /// That the new choice is in the box.
    pub done: String,
    /// To close the tab, where it cannot forget what was chosen.
    pub close: String,
    /// What comes next, and when.
    pub until: String,
    /// The page of the round: what the link says, and its address.
    pub to_round: (String, String),
    /// That it was changed before, in a few words.
    pub over: String,
    /// The same in sentences: what counts now.
    pub over_hint: String,
    /// That voting is over, and that this change may be in all the same.
    pub shut_hint: String,
}

/// What is said when no answer came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoAnswer {
    /// While the page tries again by itself.
    pub trying: String,
    /// When it does so no longer.
    pub stopped: String,
    /// Before somebody goes elsewhere meanwhile; `js/start.js` asks it.
    pub leaving: String,
}

/// Sends the ballot of the check that it stands around. An island, because only a script of the voter's own can make a
/// secret that the server never sees, and because it tries again by itself when the network drops: the same secret is
/// the same ballot. Without scripts the form inside is sent as it is.
#[island]
pub fn StemNu(
    /// The round.
    ronde: String,
    /// What is sent.
    daad: Act,
    /// What is chosen, as JSON.
    keuzes: String,
    /// What the heading says afterwards.
    klaar: String,
    /// What is said while the ballot is on its way.
    bezig: String,
    /// What is said when the network stays away.
    geen_net: NoAnswer,
    /// What is left to do when the ballot was not taken.
    uitweg: WayOut,
    /// The check itself.
    children: Children,
) -> impl IntoView {
    let says = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<Refusal>);
    let (sent, lost) = (RwSignal::new(false), RwSignal::new(None::<Lost>));
    let done = RwSignal::new(None::<(Stembewijs, String)>);
    let path = StoredValue::new(format!("/buurtbegrotingen/{ronde}"));
    let niet_geteld = uitweg.title.clone();
    let ballot = Ballot { ronde, daad: daad.clone(), keuzes, klaar, niet_geteld, bezig };
    Effect::new(move |_| watch(ballot.clone(), Told { says, refused, sent, lost }, done));
    let leaving = geen_net.leaving.clone();
    let (daad, geen_net, uitweg) = (StoredValue::new(daad), StoredValue::new(geen_net), StoredValue::new(uitweg));
    let left = move || refused.with(|why| why.as_ref().map(|(_, _, code)| left_after(*code)));
    view! {
        <div
            class="wk-stem-nu"
            class:wk-stem-nu--refused=move || refused.with(Option::is_some)
            class:wk-stem-nu--sent=move || sent.get()
            class:wk-stem-nu--stuck=move || left() == Some(Left::Change)
            class:wk-stem-nu--over=move || matches!(left(), Some(Left::Voted | Left::Changed | Left::Nothing))
            hidden=move || done.with(Option::is_some)
            data-blijf=leaving
        >
            {move || refused.get().map(|why| refusal(why, &uitweg.get_value(), &path.get_value()))}
            {move || lost.get().map(|how| no_answer(geen_net.get_value(), how))}
            {children()}
            <p class="nl-paragraph" role="status">{move || says.get()}</p>
        </div>
        {move || done.get().map(|(secret, code)| in_the_box(daad.get_value(), secret, code))}
    }
}

/// What is shown when a ballot is in the box.
fn in_the_box(act: Act, secret: Stembewijs, code: String) -> AnyView {
    match act {
        Act::Cast { adres, woorden, .. } => {
            let woorden = *woorden;
            view! { <div class="wk-stack"><Proof secret code adres woorden /></div> }.into_any()
        }
        Act::Change { woorden, .. } => changed(*woorden),
    }
}

/// That a ballot was changed; a page without scripts shows the same.
pub(crate) fn changed(words: ChangeWords) -> AnyView {
    let (text, to) = words.to_round;
    view! {
        <div class="wk-stack">
            <div class="utrecht-alert utrecht-alert--ok" role="status">
                <div class="utrecht-alert__content">
                    <div class="utrecht-alert__message"><p class="nl-paragraph">{words.done}</p></div>
                </div>
            </div>
            <p class="nl-paragraph wk-proof-close">{words.close}</p>
            <p class="nl-paragraph">{words.until}</p>
            {way_to(to, &text)}
        </div>
    }
    .into_any()
}

/// Whether the page sends by itself what got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser casts from here"))]
enum Lost {
    /// Still.
    Trying,
    /// No longer: somebody has to press.
    Stopped,
}

/// Why a ballot was not taken: in a few words, in a sentence, and which problem it is.
pub(crate) type Refusal = (String, String, ProblemCode);

/// What is left to do after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Pressing the button once more, a little later.
    Again,
    /// Changing the ballot: sent again as it is, it is refused again.
    Change,
    /// Nothing with this letter: a vote was cast for it.
    Voted,
    /// Nothing: the ballot was changed since this change was looked over, mostly by this very change.
    Changed,
    /// Nothing at all: nobody can vote here now.
    Nothing,
}

fn left_after(code: ProblemCode) -> Left {
    use ProblemCode::{
        AlGestemd, EvenNiet, NietGevonden, StembusKloptNiet, StemmenIsDicht, Storing, TeTraag, TeVaak, Verouderd,
    };
    if code == AlGestemd {
        Left::Voted
    } else if code == Verouderd {
        Left::Changed
    } else if matches!(code, StemmenIsDicht | StembusKloptNiet | NietGevonden) {
        Left::Nothing
    } else if matches!(code, TeVaak | TeTraag | EvenNiet | Storing) {
        Left::Again
    } else {
        Left::Change
    }
}

/// Whether it may be in the box all the same: no answer came, or one that does not say so.
#[cfg(any(feature = "hydrate", test))]
fn is_unsure(code: ProblemCode) -> bool {
    matches!(code, ProblemCode::EvenNiet | ProblemCode::Storing | ProblemCode::TeTraag)
}

/// Whether the same ballot may be taken when it is sent once more.
#[cfg(feature = "ssr")]
pub(crate) fn can_be_sent_again(code: ProblemCode) -> bool {
    left_after(code) == Left::Again
}

/// In a red box; a page without scripts shows the same.
pub(crate) fn refusal((title, text, code): Refusal, way: &WayOut, path: &str) -> AnyView {
    let left = left_after(code);
    let help = match left {
        Left::Again => None,
        Left::Change => Some(view! { <p class="nl-paragraph">{way.change.clone()}</p> }.into_any()),
        Left::Voted => Some(voted(way, path)),
        Left::Changed => {
            let (change, round) = (way.to_change.as_ref(), way_to(path.to_owned(), &way.round));
            let change = change.map(|text| way_to(format!("{path}/stemmen/wijzigen"), text));
            Some(view! { {round} {change} }.into_any())
        }
        Left::Nothing => {
            let round = way_to(path.to_owned(), &way.round);
            Some(view! { {round} {way.phone.as_ref().map(to_call)} }.into_any())
        }
    };
    // That it is in already is no error.
    let class =
        if left == Left::Changed { "utrecht-alert utrecht-alert--info" } else { "utrecht-alert utrecht-alert--error" };
    view! {
        <div class=class role="alert" tabindex="-1">
            <div class="utrecht-alert__content">
                <div class="utrecht-alert__message">
                    <p class="nl-paragraph"><strong>{title}</strong></p>
                    <p class="nl-paragraph">{text}</p>
                    {help}
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// That no answer came: above the ballot, and not below its button, where a phone does not show it.
fn no_answer(words: NoAnswer, how: Lost) -> AnyView {
    let text = match how {
        Lost::Trying => words.trying,
        Lost::Stopped => words.stopped,
    };
    view! {
        <div class="utrecht-alert utrecht-alert--error" role="alert" tabindex="-1">
            <div class="utrecht-alert__content">
                <div class="utrecht-alert__message"><p class="nl-paragraph">{text}</p></div>
            </div>
        </div>
    }
    .into_any()
}

/// For who is told that a vote was cast for their letter already: how to change it, where to look, whom to mail, and how to use
/// another letter.
fn voted(way: &WayOut, path: &str) -> AnyView {
    view! {
        {way.to_change.as_ref().map(|text| way_to(format!("{path}/stemmen/wijzigen"), text))}
        {way_to(format!("{path}/stembewijs"), &way.look)}
        {linked(&way.mail, &way.contact, format!("mailto:{}", way.contact))}
        {way.phone.as_ref().map(to_call)}
        {way_to(format!("{path}/stemmen"), &way.other)}
    }
    .into_any()
}

/// A sentence in which a part can be pressed.
pub(crate) fn linked(text: &str, part: &str, to: String) -> AnyView {
    let (before, after) = text.split_once(part).unwrap_or((text, ""));
    let (before, after, part) = (before.to_owned(), after.to_owned(), part.to_owned());
    view! { <p class="nl-paragraph">{before} <a class="nl-link" href=to>{part}</a> {after}</p> }.into_any()
}

/// Whom to call: a sentence, and the number in it.
pub(crate) fn to_call((text, number): &(String, String)) -> AnyView {
    let dialled: String = number.chars().filter(|own| own.is_ascii_digit() || *own == '+').collect();
    linked(text, number, format!("tel:{dialled}"))
}

fn way_to(address: String, text: &str) -> AnyView {
    view! { <p class="nl-paragraph"><a class="nl-link" href=address>{text.to_owned()}</a></p> }.into_any()
}

/// What is cast, and what is said meanwhile.
#[derive(Clone)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser casts from here"))]
struct Ballot {
    ronde: String,
    daad: Act,
    keuzes: String,
    klaar: String,
    niet_geteld: String,
    bezig: String,
}

/// What is said of a ballot that is cast from here.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser casts from here"))]
struct Told {
    /// What is said while it is on its way.
    says: RwSignal<String>,
    /// Why it was not taken.
    refused: RwSignal<Option<Refusal>>,
    /// Whether it was sent, and may be in the box: then it is not said that nothing was, and it cannot be made another one.
    sent: RwSignal<bool>,
    /// That no answer came.
    lost: RwSignal<Option<Lost>>,
}

/// Only a browser has a button that is pressed.
#[cfg(not(feature = "hydrate"))]
fn watch(_ballot: Ballot, _told: Told, _done: RwSignal<Option<(Stembewijs, String)>>) {}

#[cfg(feature = "hydrate")]
fn watch(ballot: Ballot, told: Told, done: RwSignal<Option<(Stembewijs, String)>>) {
    use leptos::leptos_dom::helpers::window_event_listener;
    use wasm_bindgen::JsCast as _;

    // One secret for as long as the page is there, and longer where no answer came: pressed again, it is the same ballot. Who
    // changes a ballot has one.
    let (action, secret) = match &ballot.daad {
        Act::Cast { .. } => ("stemmen", kept_secret().or_else(new_secret)),
        Act::Change { .. } => ("wijzigen", typed_secret()),
    };
    let Some(secret) = secret else {
        // The form goes as it is: the server makes one.
        return;
    };
    let under_way = StoredValue::new(false);
    let listener = window_event_listener(leptos::ev::submit, move |event| {
        let pressed = event.submitter().and_then(|own| own.dyn_into::<web_sys::HtmlButtonElement>().ok());
        if pressed.is_none_or(|button| button.value() != action) {
            return;
        }
        // Without network nothing is sent, and the form says so (`js/start.js`). And a form that went before this was awake goes
        // again as it went: with another secret it would be another ballot.
        let form = event.target().and_then(|own| own.dyn_into::<web_sys::Element>().ok());
        if event.default_prevented() || form.is_some_and(|form| form.has_attribute("data-verstuurd")) {
            return;
        }
        event.prevent_default();
        if under_way.get_value() {
            return;
        }
        under_way.set_value(true);
        told.says.set(ballot.bezig.clone());
        told.refused.set(None);
        told.lost.set(None);
        told.sent.set(true);
        if let Some(field) = secret_field() {
            field.set_value(&secret.grouped());
        }
        tell_tab(OnItsWay::Sent);
        let ballot = ballot.clone();
        leptos::task::spawn_local(async move {
            match cast(&ballot, secret, told).await {
                Ok(code) => {
                    tell_tab(OnItsWay::Cast);
                    done.set(Some((secret, code)));
                    tell(&ballot.klaar);
                }
                Err(why) => not_cast(why, &ballot.niet_geteld, told),
            }
            under_way.set_value(false);
        });
    });
    on_cleanup(move || listener.remove());
}

/// What is said of a ballot that is not known to be in the box.
#[cfg(feature = "hydrate")]
fn not_cast(why: Option<Refusal>, title: &str, told: Told) {
    told.says.set(String::new());
    // Who is to wait after a try that got no answer does not know either whether that one came in.
    let was_lost = told.lost.get_untracked().is_some();
    let is_open = |code: ProblemCode| is_unsure(code) || (was_lost && left_after(code) == Left::Again);
    told.lost.set(why.is_none().then_some(Lost::Stopped));
    let (code, own) = (why.as_ref().map(|(_, _, code)| *code), why.as_ref().map(|(title, _, _)| title.clone()));
    told.refused.set(why);
    if let Some(code) = code.filter(|code| !is_open(*code)) {
        told.sent.set(false);
        tell_tab(match left_after(code) {
            Left::Again | Left::Change => OnItsWay::Back,
            Left::Voted | Left::Changed => OnItsWay::Over,
            Left::Nothing => OnItsWay::Not,
        });
        match left_after(code) {
            Left::Voted => drop(rename(title)),
            Left::Changed => drop(rename(&own.unwrap_or_default())),
            Left::Again | Left::Change | Left::Nothing => {}
        }
    }
    look_at_refusal();
}

/// The field of the check in which the secret goes where this is not done here. `js/start.js` keeps what stands in it for as long
/// as nobody knows whether the ballot is in the box.
#[cfg(feature = "hydrate")]
fn secret_field() -> Option<web_sys::HtmlInputElement> {
    use wasm_bindgen::JsCast as _;
    let document = web_sys::window().and_then(|window| window.document())?;
    let found = document.query_selector(".wk-stem-nu .wk-check input[name=stembewijs]").ok().flatten()?;
    found.dyn_into().ok()
}

/// The secret of a ballot that was sent from this tab and got no answer: sent again with it, it is the same one.
#[cfg(feature = "hydrate")]
fn kept_secret() -> Option<Stembewijs> {
    let field = secret_field()?;
    let document = web_sys::window().and_then(|window| window.document())?;
    let is_unsure = document.query_selector(".wk-stem-nu [data-onzeker]").ok().flatten().is_some();
    let is_kept = is_unsure || field.has_attribute("data-eigen");
    contract::field::Field::parse(&field.value()).ok().filter(|_| is_kept)
}

/// The secret that was typed, or kept, for a ballot that is in the box.
#[cfg(feature = "hydrate")]
fn typed_secret() -> Option<Stembewijs> {
    contract::field::Field::parse(&secret_field()?.value()).ok()
}

#[cfg(feature = "hydrate")]
fn new_secret() -> Option<Stembewijs> {
    let mut bytes = [0_u8; 16];
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(Stembewijs(bytes))
}

/// Sends, and once more whenever no answer came: pauses grow from one second to eight. Says why it was refused; nothing when the
/// network stayed away.
#[cfg(feature = "hydrate")]
async fn cast(ballot: &Ballot, secret: Stembewijs, told: Told) -> Result<String, Option<Refusal>> {
    let id: BuurtbegrotingId = ballot.ronde.parse().map_err(|_none| None)?;
    for seconds in [1, 2, 4, 8, 0] {
        match send(ballot, id, &secret).await {
            Ok(code) => return Ok(code),
            Err(problem) if problem.code() == ProblemCode::EvenNiet => {
                if told.lost.get_untracked().is_none() {
                    // One thing is said, and in one place.
                    told.says.set(String::new());
                    told.lost.set(Some(Lost::Trying));
                    look_at_refusal();
                }
                pause(seconds).await;
            }
            Err(problem) => return Err(Some(refusal_of(problem, &ballot.daad))),
        }
    }
    Err(None)
}

/// Sends once; gives the code in the published list.
#[cfg(feature = "hydrate")]
async fn send(ballot: &Ballot, id: BuurtbegrotingId, secret: &Stembewijs) -> Reply<String> {
    use crate::fetch::Fetch;
    use contract::client::Client;
    use contract::stem::ChangeVote;

    let client = Client::new(Fetch);
    let keuzes: Vec<StemKeuze> = serde_json::from_str(&ballot.keuzes).unwrap_or_default();
    match &ballot.daad {
        Act::Cast { stemcode, .. } => cast_once(&client, id, secret, (stemcode.as_str(), keuzes)).await,
        Act::Change { stand, .. } => {
            let request = ChangeVote { stembewijs: secret.grouped().into(), keuzes, stand: stand.clone() };
            client.change_vote(id, request).await.map(|changed| changed.controlecode)
        }
    }
}

#[cfg(feature = "hydrate")]
fn refusal_of(problem: contract::Problem, act: &Act) -> Refusal {
    let code = problem.code();
    if let Act::Change { woorden, .. } = act {
        // Mostly by this very change, of which the answer got lost; or by another one of the same voter, from elsewhere.
        if code == ProblemCode::Verouderd {
            return (woorden.over.clone(), woorden.over_hint.clone(), code);
        }
        // The answer to one that came before the end may have been lost.
        if code == ProblemCode::StemmenIsDicht {
            return (problem.title, woorden.shut_hint.clone(), code);
        }
    }
    let first = problem.fouten.into_iter().next().map(|fout| fout.melding);
    (problem.title, first.unwrap_or(problem.detail), code)
}

/// Casts with the code of a letter; gives the code in the published list. Of a letter that took the place of another a ballot that is
/// sent again is refused, also when only the answer to it was lost: who has its secret can ask. Of every other letter the same ballot
/// has the same answer, and one that is refused for its secret is not the one that has it.
pub(crate) async fn cast_once<A: StemApi + ?Sized>(
    api: &A,
    id: BuurtbegrotingId,
    secret: &Stembewijs,
    (stemcode, keuzes): (&str, Vec<StemKeuze>),
) -> Reply<String> {
    let biljet_id = secret.biljet(id).to_string().into();
    let taken = match api.cast_vote(id, CastVote { stemcode: stemcode.into(), biljet_id, keuzes }).await {
        Err(problem) if problem.code() == ProblemCode::BiljetBezet => problem,
        answer => return answer.map(|voted| voted.controlecode),
    };
    // An answer to what is asked after it says nothing of the ballot.
    let unsure = |_problem| Problem::bare(ProblemCode::EvenNiet);
    if !api.check_stemcode(id, CheckStemcode { stemcode: stemcode.into() }).await.map_err(unsure)?.vervangen {
        return Err(taken);
    }
    own_ballot(api, id, secret).await.map_err(unsure)?.ok_or(taken)
}

/// The code in the published list of the ballot with this secret, when it is in the box.
pub(crate) async fn own_ballot<A: StemApi + ?Sized>(
    api: &A,
    id: BuurtbegrotingId,
    secret: &Stembewijs,
) -> Reply<Option<String>> {
    let asked = CheckStembewijs { stembewijs: secret.grouped().into() };
    let found = api.check_stembewijs(id, asked).await?;
    Ok(found.controlecode.filter(|_code| found.in_de_bus))
}

/// What was refused takes the focus, once it is there: the button that had it may be gone.
#[cfg(feature = "hydrate")]
fn look_at_refusal() {
    use wasm_bindgen::JsCast as _;
    leptos::leptos_dom::helpers::request_animation_frame(|| {
        let document = web_sys::window().and_then(|window| window.document());
        let found = document.and_then(|document| document.query_selector(".wk-stem-nu [role=alert]").ok().flatten());
        if let Some(alert) = found.as_ref().and_then(|found| found.dyn_ref::<web_sys::HtmlElement>()) {
            drop(alert.focus());
            alert.scroll_into_view_with_bool(true);
        }
    });
}

#[cfg(feature = "hydrate")]
async fn pause(seconds: i32) {
    use wasm_bindgen::JsCast as _;
    let mut wait = |resolve: js_sys::Function, _reject: js_sys::Function| {
        if let Some(window) = web_sys::window() {
            let callback = resolve.unchecked_ref();
            // A pause that cannot be made is no pause.
            drop(window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, seconds * 1_000));
        }
    };
    drop(wasm_bindgen_futures::JsFuture::from(js_sys::Promise::new(&mut wait)).await);
}

/// How a ballot fares that is cast from here.
#[cfg(feature = "hydrate")]
#[derive(Clone, Copy)]
enum OnItsWay {
    /// Its button was pressed.
    Sent,
    /// It was not taken; it can be sent again.
    Back,
    /// It is in the box.
    Cast,
    /// It was not taken, and nothing can be cast here now.
    Not,
    /// Nothing can be cast any more with its letter.
    Over,
}

/// What the device knows of the choice is kept and forgotten by `js/start.js` (SECURITY-RULES H-5): it listens to this.
#[cfg(feature = "hydrate")]
fn tell_tab(how: OnItsWay) {
    let name = match how {
        OnItsWay::Sent => "stem-onderweg",
        OnItsWay::Back => "stem-terug",
        OnItsWay::Cast => "stem-gestemd",
        OnItsWay::Not => "stem-niet",
        OnItsWay::Over => "stem-over",
    };
    let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new(name)) else { return };
    drop(window.dispatch_event(&event));
}

/// The heading says it, and takes the focus.
#[cfg(feature = "hydrate")]
fn tell(heading: &str) {
    use wasm_bindgen::JsCast as _;
    let Some(own) = rename(heading) else { return };
    drop(own.set_attribute("tabindex", "-1"));
    if let Some(own) = own.dyn_ref::<web_sys::HtmlElement>() {
        drop(own.focus());
    }
}

/// The page is called this from now on; gives its heading.
#[cfg(feature = "hydrate")]
fn rename(heading: &str) -> Option<web_sys::Element> {
    let document = web_sys::window().and_then(|window| window.document())?;
    // Behind it stands of which site it is.
    let before = document.title();
    let site = before.rsplit_once(" – ").map(|(_, site)| format!(" – {site}")).unwrap_or_default();
    document.set_title(&format!("{heading}{site}"));
    let own = document.query_selector("h1").ok().flatten()?;
    own.set_text_content(Some(heading));
    Some(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_stays_only_where_pressing_it_again_can_help() {
        let table: Vec<(ProblemCode, Left)> = [
            ProblemCode::AlGestemd,
            ProblemCode::StemmenIsDicht,
            ProblemCode::StembusKloptNiet,
            ProblemCode::Verouderd,
            ProblemCode::OngeldigeInvoer,
            ProblemCode::BiljetBezet,
            ProblemCode::TeVaak,
            ProblemCode::EvenNiet,
            ProblemCode::Storing,
        ]
        .map(|code| (code, left_after(code)))
        .to_vec();
        let expected = [
            (ProblemCode::AlGestemd, Left::Voted),
            (ProblemCode::StemmenIsDicht, Left::Nothing),
            (ProblemCode::StembusKloptNiet, Left::Nothing),
            (ProblemCode::Verouderd, Left::Changed),
            (ProblemCode::OngeldigeInvoer, Left::Change),
            (ProblemCode::BiljetBezet, Left::Change),
            (ProblemCode::TeVaak, Left::Again),
            (ProblemCode::EvenNiet, Left::Again),
            (ProblemCode::Storing, Left::Again),
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn a_ballot_may_be_in_the_box_unless_an_answer_says_that_it_is_not() {
        for (code, unsure) in [
            (ProblemCode::EvenNiet, true),
            (ProblemCode::Storing, true),
            (ProblemCode::TeTraag, true),
            (ProblemCode::TeVaak, false),
            (ProblemCode::AlGestemd, false),
            (ProblemCode::StemmenIsDicht, false),
            (ProblemCode::OngeldigeInvoer, false),
        ] {
            assert_eq!(is_unsure(code), unsure, "{code:?}");
        }
    }
}
