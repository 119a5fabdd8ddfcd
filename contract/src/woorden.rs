//! Bytes as Dutch words: for who would rather write words down, or say them, than letters and digits.

/// 256 words, one for each byte. No two begin with the same four letters, and none becomes another by one letter more,
/// less or else: a slip of the pen is seen.
const LIST: &str = "\
    aardbei adem agenda album antenne appel arend asperge atlas augurk avocado avond bagage balsem banaan banjo bank \
    beitel bel berg beuk bezem bijl biljart blad bloem boek bord brief brood brug buffel cactus camera caravan \
    chocola cirkel citroen clown compas dagboek dakpan deken deur diamant dijk dobber dolfijn domino dorp draak eend \
    eik eiland ekster emmer envelop etage fabriek fakkel fazant fiets film fluit fontein forel fornuis garen gebouw \
    geit gember gevel gieter giraf gitaar gondel gordijn goud haring haven hekje helm herfst hert heuvel hobbel \
    honing hooi horloge hotel iglo inkt ivoor jas jasmijn juni juweel kameel kanarie kano karton kasteel kat kelder \
    kers keuken kievit kiwi klaver klok klomp knie knoop koe koffie konijn kool kraan krans krekel kroket kust kwast \
    ladder lamp leeuw lelie lente lepel libel linde lucht lucifer magneet mango markt marmer mast matras melk meloen \
    merel moeras molen mosterd motor museum naald neef nest neus nul oceaan oester olifant olijf oregano orgel otter \
    pad paleis paprika paraplu parel parfum perzik piano pinda plank plein poedel poes pompoen poort prins pruim \
    pyjama raam radijs raket rebel regen reiger ridder riet rijst ring rivier robot rozijn rugzak saffier salon \
    sandaal schaap schip schoen servet sjaal slang sleutel slot sneeuw soep spin spons spoor stad steen ster stoel \
    storm straat suiker tafel tapijt tent thee tijger tijm tomaat trein tulp varken vijver vink viool vlag vlinder \
    voet vogel vork vulkaan wagen walvis water watten weg wekker wesp wiel wijn wilg wimpel winkel winter wortel \
    zaag zadel zebra zee zilver zomer zout zwaan zwaluw";

/// The words of these bytes, in order.
pub fn encode(bytes: &[u8]) -> Vec<&'static str> {
    let list: Vec<&str> = LIST.split(' ').collect();
    bytes.iter().filter_map(|byte| list.get(usize::from(*byte)).copied()).collect()
}

/// The bytes of words as somebody typed them, with blanks, commas or dashes between. `None` when one is not in the list.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    split(text).map(|word| u8::try_from(place(word)?).ok()).collect()
}

/// The words of a text, with blanks, commas or dashes between.
pub fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '-' | '.')).filter(|word| !word.is_empty())
}

/// Where a word stands in the list.
pub fn place(word: &str) -> Option<usize> {
    LIST.split(' ').position(|own| own.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_byte_has_a_word_of_its_own_that_no_slip_turns_into_another() {
        let list: Vec<&str> = LIST.split(' ').collect();
        assert_eq!(list.len(), 256);
        let starts: BTreeSet<&str> = list.iter().map(|word| word.get(..4).unwrap_or(word)).collect();
        assert_eq!(starts.len(), 256);
        // Two words are one slip apart when one letter taken out of each, or of the longer one, leaves the same.
        let mut seen = std::collections::BTreeMap::new();
        for word in &list {
            let but = |at: usize| word.chars().enumerate().filter(|(place, _)| *place != at).map(|(_, c)| c).collect();
            let without = (0..word.len()).map(|at| (at, but(at)));
            for (at, rest) in without.chain([(usize::MAX, (*word).to_owned())]) {
                let others: &mut Vec<(usize, &str)> = seen.entry(rest).or_default();
                let slip = others
                    .iter()
                    .find(|(place, other)| other != word && (*place == at || *place == usize::MAX || at == usize::MAX));
                assert_eq!(slip, None, "{word}");
                others.push((at, word));
            }
        }
    }

    #[test]
    fn words_read_back_however_they_are_written() {
        let bytes: Vec<u8> = (0..=255).collect();
        let words = encode(&bytes);
        assert_eq!(decode(&words.join(" ")), Some(bytes.clone()));
        assert_eq!(decode(&words.join(", ").to_uppercase()), Some(bytes));
        assert_eq!(decode("aardbei  adem\n- Agenda."), Some(vec![0, 1, 2]));
        assert_eq!(decode("aardbei ademt"), None);
        assert_eq!(decode(""), Some(Vec::new()));
    }
}
