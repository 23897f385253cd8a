use super::*;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read to see it refused")]
struct Config {
    token: u16,
    theme: Option<Theme>,
    #[serde(default)]
    doors: Vec<Door>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Theme {
    Day,
    Night,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read to see it refused")]
struct Door {
    name: String,
    open: bool,
}

fn said(text: &str) -> Vec<String> {
    let reading = read_all::<Config>("norns.toml", text);
    reading.complaints.iter().map(ToString::to_string).collect()
}

#[test]
fn a_complaint_says_where_and_what_and_never_the_value() {
    let number = "expected a whole number from 0 to 65535";
    let text = "# x\ntoken = \"s3cret-value\"\n";
    let complaint = read::<Config>("norns.toml", text).unwrap_err().to_string();
    assert_eq!(complaint, format!("norns.toml:2:9: token: {number}; write it without quotes"));
    for text in
        ["token = 1\ntheme = \"s3cret\"", "token = s3cret\n", "s3cret\n", "token = \"s3cret"]
    {
        let complaint = read::<Config>("norns.toml", text).unwrap_err().to_string();
        assert!(!complaint.contains("s3cret"), "{complaint}");
    }
}

#[test]
fn an_unknown_key_is_named_with_the_one_that_was_meant() {
    let complaint = read::<Config>("norns.toml", "token = 1\ntokn = 2\n").unwrap_err();
    let expected = "norns.toml:2:1: tokn: there is no such key; did you mean `token`";
    assert_eq!(complaint.to_string(), expected);
}

#[test]
fn everything_that_is_wrong_is_told_and_nothing_twice() {
    let text = "token = 70000\ntheme = \"dya\"\nthem = 1\n[[doors]]\nname = 7\nopen = \"yes\"\n\
                [[doors]]\nopen = true\n[[doors]]\nname = \"x\"\nopen = true\n";
    let reading = read_all::<Config>("f", text);
    let said: Vec<String> = reading.complaints.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "f:1:9: token: expected a whole number from 0 to 65535",
            "f:2:9: theme: expected `day` or `night`; did you mean `day`",
            "f:3:1: them: there is no such key; did you mean `theme`",
            "f:5:8: doors.name: expected text; write it in double quotes",
            "f:6:8: doors.open: expected true or false; write it without quotes",
            "f:7:1: doors: the key `name` is missing; add it",
        ]
    );
    assert!(reading.value.is_none());
}

#[test]
fn what_is_no_toml_is_told_line_by_line() {
    let text = "token = s3cret\ntheme = \"day\"\ntheme = \"day\"\n[doors\nname\n";
    let said = said(text);
    assert_eq!(
        said,
        [
            "norns.toml:1:9: token: text must stand in quotes; write it in double quotes",
            "norns.toml:3:1: theme: this key is there twice; keep one of them",
            "norns.toml:4:7: this table's name does not end; close it with `]`",
            "norns.toml:5:5: a key without a value; write key = value",
        ]
    );
}

#[test]
fn the_nearest_word_is_offered_only_when_near() {
    assert_eq!(nearest("solarised", ["solarized", "day"]), Some("solarized"));
    assert_eq!(nearest("nigth", ["night", "day"]), Some("night"));
    assert_eq!(nearest("purple", ["night", "day"]), None);
}
