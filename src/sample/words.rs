//! What the sample's people are called and what they write. All invented.

/// Given names and surnames of one language, in its own script.
pub struct Names {
    pub language: &'static str,
    pub first: &'static [&'static str],
    pub last: &'static [&'static str],
    /// How often, in a hundred people.
    pub share: u32,
}

/// Whose names they are: a city's.
pub const NAMES: [Names; 10] = [
    Names {
        language: "en",
        share: 46,
        first: &[
            "Alice", "Ben", "Clara", "Daniel", "Edith", "Frank", "Grace", "Henry", "Isla", "Jack",
            "Kate", "Liam", "Maya", "Noah", "Olive", "Peter", "Quinn", "Rose", "Sam", "Tess",
            "Violet", "Walter", "Zoe", "Martin", "Nora", "Oscar", "Paula", "Ralph",
        ],
        last: &[
            "Abbott",
            "Barker",
            "Carver",
            "Dalton",
            "Ellwood",
            "Fairley",
            "Garrick",
            "Hollis",
            "Ingram",
            "Jarvis",
            "Kendrick",
            "Lockley",
            "Marlow",
            "Norwood",
            "Oakes",
            "Pembrook",
            "Quayle",
            "Redfern",
            "Sutcliff",
            "Thorne",
            "Underhill",
            "Varley",
            "Wexford",
            "Yardley",
            "O'Shea",
            "O'Dell",
            "St. Clair",
            "Mac Keown",
        ],
    },
    Names {
        language: "fr",
        share: 14,
        first: &["Élodie", "François", "Geneviève", "Hélène", "Jérôme", "Maëlle", "Noël", "Zoé"],
        last: &[
            "Bélanger",
            "Côté",
            "Déry",
            "Gagné",
            "L'Écuyer",
            "Prévost",
            "Thériault",
            "D'Amours",
        ],
    },
    Names {
        language: "de",
        share: 6,
        first: &["Jörg", "Käthe", "Lukas", "Sören", "Ursula"],
        last: &["Groß", "Krämer", "Müller-Lüdenscheidt", "Schäfer", "von der Weide"],
    },
    Names {
        language: "pl",
        share: 5,
        first: &["Agnieszka", "Łukasz", "Małgorzata", "Zbigniew"],
        last: &["Dąbrowska", "Kołodziej", "Świątek", "Żurawski"],
    },
    Names {
        language: "zh",
        share: 9,
        first: &["伟", "芳", "秀英", "建国", "丽"],
        last: &["王", "李", "张", "欧阳", "陈"],
    },
    Names {
        language: "ko",
        share: 4,
        first: &["서연", "민준", "지우", "도윤"],
        last: &["김", "박", "최", "정"],
    },
    Names {
        language: "ar",
        share: 5,
        first: &["ليلى", "عمر", "نور", "يوسف"],
        last: &["حداد", "النجار", "خوري", "سليمان"],
    },
    Names {
        language: "uk",
        share: 4,
        first: &["Олена", "Тарас", "Ірина", "Богдан"],
        last: &["Шевчук", "Коваленко", "Бондар", "Їжак"],
    },
    Names {
        language: "el",
        share: 3,
        first: &["Ελένη", "Νίκος", "Σοφία"],
        last: &["Παπαδάκης", "Γεωργίου", "Οικονόμου"],
    },
    Names {
        language: "hi",
        share: 4,
        first: &["अनन्या", "विक्रम", "प्रिया"],
        last: &["शर्मा", "कृष्णन", "भट्टाचार्य"],
    },
];

pub const COMPANIES: [&str; 16] = [
    "Alder & Finch Bakery",
    "Northgate Dental",
    "Harbour Rope Works",
    "Lindqvist Instruments",
    "Blue Kettle Cafés",
    "Maple Freight",
    "Ostrander Optics",
    "Quarry Road Garage",
    "Café Zürich",
    "Tamarack Legal",
    "Vesper Hotels",
    "Winding Brook Clinic",
    "Копійка Друк",
    "株式会社みなと",
    "Pinecone Nursery",
    "Ridge & Vale Surveyors",
];
pub const BRANCHES: [&str; 6] =
    ["Head Office", "Depot", "Queen Street", "Airport", "West End", "Lakeshore"];
pub const STREETS: [&str; 12] = [
    "Bathurst Lane",
    "Cedar Row",
    "Dovercourt Mews",
    "Elm Grove",
    "Foundry Street",
    "Garnet Avenue",
    "Harbord Place",
    "Ivy Crescent",
    "Juniper Road",
    "Kiln Lane",
    "Lantern Hill",
    "Mill Race",
];
pub const CITIES: [(&str, &str, &str); 8] = [
    ("Toronto", "416", "M5V"),
    ("Ottawa", "613", "K1P"),
    ("Hamilton", "905", "L8P"),
    ("London", "519", "N6A"),
    ("Kingston", "613", "K7L"),
    ("Sudbury", "705", "P3E"),
    ("Montréal", "514", "H2X"),
    ("Québec", "418", "G1R"),
];
pub const AGENTS: [&str; 10] = [
    "Ana Ruiz",
    "Kim Tran",
    "Jo Becker",
    "Sami Haddad",
    "Lena Fox",
    "Tom Okafor",
    "Mei Lin",
    "Paul Roy",
    "Iris Novak",
    "Dev Patel",
];
/// Plan, service prefix, price in cents, technology.
pub const PLANS: [(&str, &str, i64, &str); 9] = [
    ("Internet 500", "INT", 7900, "cable"),
    ("Internet 100", "INT", 5400, "copper"),
    ("Fibre 1000", "FIB", 9900, "fibre"),
    ("TV basic", "TV", 3800, ""),
    ("TV sports", "TV", 5200, ""),
    ("Mobile 20 GB", "MOB", 4500, ""),
    ("Home phone", "TEL", 2200, "copper"),
    ("Everyday account", "ACC", 995, ""),
    ("Travel card", "CRD", 1200, ""),
];
pub const QUEUES: [&str; 6] = ["BILLING", "SUPPORT", "SALES", "MOVES", "CARDS", "RETENTION"];
pub const WRAP_UP: [&str; 8] =
    ["INFO", "BILL-Q", "BILL-DISPUTE", "TECH-RESET", "TECH-VISIT", "MOVE", "CARD-LOST", "CALLBACK"];
/// Subject, text: what cases and written contacts are about.
pub const TOPICS: [(&str, &str, &str); 16] = [
    (
        "Line drops every evening",
        "Since the storm the line drops between seven and nine. The modem shows three green lights and one orange.",
        "support",
    ),
    (
        "Moving to a new flat",
        "I move on the first of next month and would like to take the number with me.",
        "moves",
    ),
    (
        "Charged for a returned box",
        "The box went back in June, the receipt is attached, and it is on the bill again.",
        "billing",
    ),
    (
        "Card declined abroad",
        "My travel card was declined twice at a train station although there is money on it.",
        "cards",
    ),
    (
        "Contract end date",
        "Please tell me when my contract ends and what it costs after that.",
        "sales",
    ),
    (
        "Slow uploads",
        "Uploads run at a tenth of what was promised. Speed test attached.",
        "support",
    ),
    ("Name after marriage", "Please change my surname; the certificate is attached.", "care"),
    (
        "Wrong address on the invoice",
        "The invoice still goes to the old flat. Third time that I write.",
        "billing",
    ),
    ("Installer did not come", "I took the day off, nobody came and nobody called.", "field"),
    ("Refund still missing", "The credit note is from May. Where is the money?", "billing"),
    (
        "Loud noise on the phone line",
        "There is a hum on the line which gets louder when it rains.",
        "support",
    ),
    (
        "Standing order doubled",
        "The standing order ran twice this month. Please put one back.",
        "banking",
    ),
    ("Thank you", "The lady on the phone was patient and solved everything at once.", "care"),
    ("Parental controls", "How do I lock the sports channel for the children?", "support"),
    ("Complaint about a call", "I was told three different prices by three people.", "care"),
    ("Data use too high", "The portal says 19 GB in two days. I was in hospital.", "support"),
];
pub const PROMISES: [&str; 6] = [
    "call back with the result",
    "answer in writing",
    "send a new modem",
    "credit the difference",
    "send the contract",
    "have the line measured",
];
pub const NOTES: [&str; 8] = [
    "Prefers to be called after five.",
    "Spells the street with two l; the post office does too.",
    "Speaks slowly, asks for everything in writing.",
    "Was very upset about the last visit; apologised.",
    "Husband may ask about invoices, is not the holder.",
    "Has a dog; the technician must ring first.",
    "Asked not to be offered television again.",
    "Number changed, old one belongs to the sister now.",
];
/// Remedies that the website guides through, and how they went.
pub const FIXES: [(&str, &str); 6] = [
    ("restart the modem", "UNSOLVED"),
    ("restart the modem", "SOLVED"),
    ("check the cables", "UNSOLVED"),
    ("reset the password", "SOLVED"),
    ("measure the speed", "UNSOLVED"),
    ("move the router", "STOPPED"),
];

pub const ARTICLES: [&str; 8] = [
    "Understanding your bill",
    "Restart your modem",
    "Take your number with you",
    "Report a lost card",
    "Why is my line slow?",
    "How to return equipment",
    "Paying by direct debit",
    "Contracts explained",
];
pub const SEARCHES: [&str; 10] = [
    "modem orange light",
    "move house",
    "cancel tv",
    "invoice explained",
    "slow internet evening",
    "lost card",
    "change surname",
    "opening hours",
    "refund how long",
    "fibre available my street",
];
pub const CAMPAIGNS: [&str; 8] = [
    "Fibre upgrade",
    "Spring bundle",
    "Travel card",
    "Loyalty thanks",
    "Sports weekend",
    "Paperless bill",
    "Bill reminder",
    "Refer a friend",
];
/// Texts as hostile people and broken systems write them; every one of them arrives somewhere.
pub const HOSTILE: [&str; 6] = [
    "\u{1b}[2J\u{1b}[31mYOUR ACCOUNT IS VERIFIED\u{1b}[0m\u{7}",
    "pay \u{202e}0024 DAC\u{202c} now",
    "=HYPERLINK(\"http://evil.example\",\"refund\")",
    "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}b\u{200b}\u{200b}c\u{feff}",
    "\u{9b}31mC1 and \u{1b}]52;c;ZXZpbA==\u{7} clipboard",
    "[VERIFIED] ✓ 👩‍👩‍👧‍👦 ﷽ \u{e0041}\u{e0042}",
];
