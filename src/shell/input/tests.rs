use proptest::prelude::*;

use super::*;

/// What comes of these pieces, with a silence after the last.
fn told(pieces: &[&[u8]]) -> Vec<Msg> {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    pieces.iter().for_each(|piece| decoder.feed(piece, &mut out));
    if decoder.patience().is_some() {
        decoder.give_up(&mut out);
    }
    out
}

/// The keys of it, as keymap files write them.
fn keys(pieces: &[&[u8]]) -> String {
    let names = told(pieces).into_iter().map(|msg| match msg {
        Msg::Key(key) => key.to_string(),
        other => format!("{other:?}"),
    });
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_key_of_a_terminal_is_known() {
    let cases: [(&[u8], &str); 22] = [
        (b"gG", "g G"),
        ("é世".as_bytes(), "é 世"),
        (b"\r\t\x7f\x1b[Z", "enter tab backspace shift-tab"),
        (b"\x03\x1a\0", "ctrl-c ctrl-z ctrl-space"),
        (b"\x1c\x1f", "ctrl-4 ctrl-7"),
        (b"\x1b[A\x1b[B\x1b[C\x1b[D", "up down right left"),
        (b"\x1bOA\x1bOH\x1bOF", "up home end"),
        (b"\x1bOP\x1bOS\x1b[15~\x1b[17~\x1b[21~\x1b[24~", "f1 f4 f5 f6 f10 f12"),
        (b"\x1b[[A\x1b[[E", "f1 f5"),
        (b"\x1b[2~\x1b[3~\x1b[5~\x1b[6~", "insert delete pageup pagedown"),
        (b"\x1b[1~\x1b[4~\x1b[7~\x1b[8~", "home end home end"),
        (b"\x1b[1;5D\x1b[1;2A\x1b[3;3~", "ctrl-left shift-up alt-delete"),
        (b"\x1bx\x1b\r", "alt-x alt-enter"),
        (b"\x1b", "esc"),
        (b"\x1b\x1b", "esc esc"),
        (b"\x1b\x1b[A", "esc up"),
        (b"\x1b[", "alt-["),
        (b"\x1b]", "alt-]"),
        (b"\x1b[97;5u", "ctrl-a"),
        (b"\x1b]10;rgb:0000/0000/0000\x1b\\a", "a"),
        (b"\x1b[M !!a\x1b[<0;1;1Ma\x1b[Ia", "a a a"),
        (b"\xff\xc3(\xc2\x9ba", "( a"),
    ];
    for (bytes, names) in cases {
        assert_eq!(keys(&[bytes]), names, "{}", bytes.escape_ascii());
    }
}

#[test]
fn what_a_terminal_says_of_its_background_is_light_or_dark_and_no_key() {
    let said = |light| vec![Msg::Background { light }];
    assert_eq!(told(&[b"\x1b]11;rgb:0000/0000/0000\x1b\\"]), said(false));
    assert_eq!(told(&[b"\x1b]11;rgb:fa/fa/f0\x07"]), said(true));
    assert_eq!(told(&[b"\x1b]11;rg", b"b:ffff/ffff/", b"ffff\x1b", b"\\"]), said(true));
    for nonsense in ["11;rgb:ff/ff", "11;rgb:ff/ff/ff/ff", "11;rgb:gg/00/00", "11;rgb:/0/0", "11;?"]
    {
        let bytes = format!("\x1b]{nonsense}\x07");
        assert_eq!(told(&[bytes.as_bytes()]), [], "{nonsense}");
    }
}

#[test]
fn a_sequence_that_arrives_in_pieces_is_one_key() {
    assert_eq!(keys(&[b"\x1b", b"[A"]), "up");
    assert_eq!(keys(&[b"\x1b[", b"1;", b"5D"]), "ctrl-left");
    assert_eq!(keys(&[b"\xe4", b"\xb8\x96"]), "世");
}

#[test]
fn an_escape_that_lost_its_rest_to_a_slow_link_takes_it_back() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    let esc = Msg::Key(Key::plain(Code::Esc));
    decoder.feed(b"\x1b", &mut out);
    decoder.give_up(&mut out);
    decoder.feed(b"[A", &mut out);
    assert_eq!(out, [esc.clone(), Msg::Key(Key::plain(Code::Up))]);
    // A hand that goes on typing after Esc is not mistaken for it.
    out.clear();
    for piece in [b"\x1b", b"[", b"x"] {
        decoder.feed(piece, &mut out);
        decoder.give_up(&mut out);
    }
    let typed = |c| Msg::Key(Key::plain(Code::Char(c)));
    assert_eq!(out, [esc, typed('['), typed('x')]);
}

#[test]
fn what_is_pasted_is_text() {
    assert_eq!(told(&[b"\x1b[200~q\x1b[A\x1b", b"[20", b"1~z"]), {
        [Msg::Paste("q\x1b[A".into()), Msg::Key(Key::plain(Code::Char('z')))]
    });
}

#[test]
fn a_paste_without_an_end_ends_when_it_falls_silent_and_its_rest_is_no_keys() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"\x1b[200~half of", &mut out);
    assert_eq!((out.len(), decoder.patience()), (0, Some(PASTE)));
    decoder.give_up(&mut out);
    assert_eq!(out, [Msg::Paste("half of".into())]);
    decoder.feed(b"q", &mut out);
    assert_eq!(out[1..], [Msg::Key(Key::plain(Code::Char('q')))]);
    out.clear();
    decoder.feed(b" a text\x1b[201~x", &mut out);
    assert_eq!(out, [Msg::Paste(" a text".into()), Msg::Key(Key::plain(Code::Char('x')))]);
    out.clear();
    decoder.feed(b" a text\x1b[201~", &mut out);
    assert!(!out.contains(&Msg::Paste(" a text".into())), "the paste is over");
}

#[test]
fn of_an_endless_paste_so_much_is_kept_and_the_whole_is_counted() {
    let mut decoder = Decoder::default();
    let mut out = Vec::new();
    decoder.feed(b"\x1b[200~", &mut out);
    for _ in 0..10_240 {
        decoder.feed(&[b'x'; 1024], &mut out);
        assert!(decoder.begun.len() < PASTE_ENDS.len());
    }
    decoder.feed(PASTE_ENDS, &mut out);
    let [Msg::LongPaste { text, bytes }] = &out[..] else { panic!("{} messages", out.len()) };
    assert_eq!((text.len(), *bytes), (LONGEST_PASTE, 10 * 1024 * 1024));
}

fn noise() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..8),
        "[ -~]{0,6}".prop_map(String::into_bytes),
        "\\x1b[\\[O\\]P_]?[0-9;:<?]{0,6}[A-Za-z~]?".prop_map(String::into_bytes),
        Just(b"\x1b[200~".to_vec()),
        Just(PASTE_ENDS.to_vec()),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn noise_means_the_same_in_whatever_pieces_it_comes(
        bytes in noise(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
        prop_assert_eq!(told(&pieces), told(&[&bytes]));
    }

    #[test]
    fn noise_never_keeps_the_next_key_waiting(bytes in noise()) {
        let mut decoder = Decoder::default();
        let mut out = Vec::new();
        decoder.feed(&bytes, &mut out);
        decoder.give_up(&mut out);
        out.clear();
        decoder.feed(b"q", &mut out);
        prop_assert_eq!(out, [Msg::Key(Key::plain(Code::Char('q')))]);
    }
}
