//! What strangers write: names as people have them, and names as attackers have them.

/// How a name comes, and how it is shown in a line.
pub struct Name {
    pub raw: &'static str,
    pub shown: &'static str,
}

const fn name(raw: &'static str, shown: &'static str) -> Name {
    Name { raw, shown }
}

/// Names, and what is to be seen of each: judged by reading, not by running.
pub const NAMES: &[Name] = &[
    // Latin with all its marks, composed or not; one base takes three marks and no more.
    name("Zoë Łukasiewicz-Ångström", "Zoë Łukasiewicz-Ångström"),
    name("Nguye\u{302}\u{303}n", "Nguye\u{302}\u{303}n"),
    name("Z\u{301}\u{302}\u{303}\u{304}\u{305}algo", "Z\u{301}\u{302}\u{303}algo"),
    // Right to left, in the order in which it is read; what steers the order is taken out.
    name("محمد الحسن", "محمد الحسن"),
    name("דוד לוי", "דוד לוי"),
    name("\u{200f}سارة\u{200e}", "\u{fffd}سارة\u{fffd}"),
    name("می\u{200c}خواهم", "می\u{200c}خواهم"),
    // Thai and Indic, with the joiners that their words have.
    name("สมชาย ใจดี", "สมชาย ใจดี"),
    name("क्षितिज शर्मा", "क्षितिज शर्मा"),
    name("ശ്രീ\u{200d}ജ", "ശ്രീ\u{fffd}ജ"),
    // Two columns each.
    name("山田太郎", "山田太郎"),
    name("김철수", "김철수"),
    name("ｶﾞﾎﾟ ﾀﾛｳ", "ｶﾞﾎﾟ ﾀﾛｳ"),
    // Beyond the basic plane, and what is drawn otherwise on every terminal.
    name("𠮷野家", "𠮷野家"),
    name("👨\u{200d}👩\u{200d}👧 family", "👨 family"),
    name("🇨🇦 flag", "CA flag"),
    name("ok ❤\u{fe0f} 👍🏽", "ok ❤ 👍"),
    // What looks like ours, or like somebody else.
    name("[VERIFIED] ✓", "[VERIFIED] ✓"),
    name("┃▌ ● Ready", "┃▌ ● Ready"),
    name("pay\u{200b}pal\u{2060}.example", "pay\u{fffd}pal\u{fffd}.example"),
    name("IBAN \u{202e}41 6555\u{202c}", "IBAN \u{fffd}41 6555\u{fffd}"),
    // Controls, of both kinds.
    name("Jane\u{1b}[31mRoe", "Jane\u{fffd}[31mRoe"),
    name("Jane\u{9b}2JRoe", "Jane\u{fffd}2JRoe"),
    name("Jane\tRoe\r\nJr\0", "Jane Roe Jr\u{fffd}"),
];

/// Texts that are too long in each way: one word, many words, many lines, many marks.
pub fn long() -> [String; 5] {
    [
        "x".repeat(1024 * 1024),
        "世".repeat(100_000),
        "word ".repeat(50_000),
        "line\n".repeat(1_000_000),
        format!("e{}", "\u{301}".repeat(1_000_000)),
    ]
}

/// One payload at least of each class that terminals, multiplexers and tools have fallen to.
pub const ATTACKS: &[&str] = &[
    // Title set and reported back as input: CVE-2003-0063, -0069, -0070, CVE-2024-38395, -56803.
    "\u{1b}]0;rm -rf ~\u{7}\u{1b}[21t",
    "\u{1b}]2;evil\u{1b}\\\u{1b}[20t",
    "\u{9d}0;evil\u{9c}",
    // A setting asked for and echoed: CVE-2008-2383, CVE-2022-45872, -47583.
    "\u{1b}P$q\"p;id\u{a}\u{1b}\\",
    "\u{90}$qm\u{9c}",
    // Fonts: CVE-2022-45063, CVE-2023-39726.
    "\u{1b}]50;i$(id)\u{7}\u{1b}]50;?\u{7}",
    // A multiplexer's control mode: CVE-2019-9535.
    "\u{1b}P1000p%begin 1 1 1\r\n%end 1 1 1\r\n\u{1b}\\",
    "\u{1b}Ptmux;\u{1b}\u{1b}]52;c;aGk=\u{7}\u{1b}\\",
    "\u{1b}ktitle\u{1b}\\",
    // Notifications and graphics that answer: CVE-2022-41322, CVE-2020-35605.
    "\u{1b}]99;i=1:d=0;\u{1b}\\",
    "\u{1b}]777;notify;a;b\u{7}",
    "\u{1b}_Gi=1,a=q,t=f;L2V0Yy9wYXNzd2Q=\u{1b}\\",
    // Links: CVE-2023-46321, CVE-2025-49091.
    "\u{1b}]8;;ssh://-oProxyCommand=id\u{1b}\\bank.example\u{1b}]8;;\u{1b}\\",
    "\u{1b}]1337;File=inline=1:AAAA\u{7}",
    // Marks, unterminated strings, floods of parameters: CVE-2021-26937, -33500, -28848.
    "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}",
    "\u{1b}]0;no end",
    "\u{1b}Pno end",
    "\u{1b}[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30;31;32;33m",
    "\u{1b}[99999999999999999999H\u{1b}[999999999b",
    // Clipboard, answers to questions, resets, key maps, pasted ends: CVE-2019-17068, -2021-31701.
    "\u{1b}]52;c;cm0gLXJmIH4K\u{7}",
    "\u{1b}[c\u{1b}[6n\u{1b}[>q\u{1b}[?1$p\u{5}",
    "\u{1b}c\u{1b}[!p\u{1b}#8",
    "\u{1b}[201~id\n\u{1b}[200~",
    "\u{1b}[?1049l\u{1b}[?1000h\u{1b}[?2026h\u{1b}[20h",
    "\u{1b}[2J\u{1b}[H[VERIFIED]\u{1b}[31m",
    // Tools that did not filter: CVE-2021-25743, CVE-2024-52005, -52006, -58251, CVE-2025-58160.
    "name\u{8}\u{8}\u{8}\u{8}Safe\u{1b}[1A\u{1b}[2K",
    "fine\rcredential=stolen\u{b}\u{c}",
    "\u{9b}2J\u{84}\u{85}\u{8d}\u{8e}\u{8f}\u{98}\u{9e}\u{9f}",
    // Text that is not what it seems: CVE-2021-42574.
    "IBAN \u{202e}41 6555\u{202c} \u{2067}x\u{2069}\u{200f}",
    "pay\u{200b}pal\u{2060}.\u{ad}example\u{feff}",
    "\u{e0041}\u{e0042}\u{1d173}\u{180e}\u{2028}\u{2029}\u{fff9}a\u{fffa}b\u{fffb}",
    "\u{301}\u{200b}世xxx",
];
