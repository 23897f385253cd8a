//! Everything an agent can do, in one table: keymaps, hints, help and palette read it.

/// Makes the enum, its names and its words from one table.
macro_rules! actions {
    ($($variant:ident $name:literal $short:literal $what:literal;)*) => {
        /// Something that an agent can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $what] $variant,)*
        }

        impl Action {
            /// Every action, in the order in which help shows them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in keymap files: `noun.verb`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it does, in a word or two: for the line that says how a chord may go on.
            pub fn short(self) -> &'static str {
                match self { $(Self::$variant => $short,)* }
            }

            /// What it does, in a few words.
            pub fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)* }
            }
        }
    };
}

actions! {
    Open "entry.open" "open" "open what the cursor is on";
    UndoLink "link.undo" "undo" "take the choice of customer back, or what was said of a record";
    CursorDown "cursor.down" "down" "one down";
    CursorUp "cursor.up" "up" "one up";
    PageDown "cursor.page-down" "page down" "a page down";
    PageUp "cursor.page-up" "page up" "a page up";
    Top "cursor.top" "top" "to the top";
    Bottom "cursor.bottom" "bottom" "to the bottom";
    FocusNext "focus.next" "next pane" "next pane";
    FocusPrevious "focus.previous" "previous pane" "previous pane";
    FocusPast "focus.past" "past" "to the past";
    FocusPresent "focus.present" "present" "to the present";
    FocusFuture "focus.future" "future" "to the future";
    Zoom "pane.zoom" "zoom" "one pane on the whole screen, or all three";
    Search "past.search" "search" "search in what happened";
    FilterChannel "past.channel" "channel" "show the next channel only";
    FilterRange "past.range" "range" "show a shorter or longer time";
    Provenance "present.sources" "who says so" "who says what of the customer, and how old it is";
    ReportValue "value.report" "wrong" "report a value as wrong";
    Kin "record.kin" "belongs together" "which other records are this person's or household's, and why";
    SaySame "record.same" "one person" "say that the record under the cursor is the same person's";
    SayHousehold "record.household" "one household" "say that the record under the cursor is of the same household";
    Belongings "customer.belongings" "what they have" "whom the customer has to do with, what they have, warranties and privileges";
    FilterClear "past.all" "show all" "show everything that happened";
    More "past.more" "more of it" "ask sources for more of the past";
    Find "customer.find" "find customer" "find a customer by number, e-mail, account, case or name";
    Segment "segment.list" "segment" "list the customers of a segment";
    Retry "source.retry" "ask again" "ask the silent sources again";
    AskMore "source.ask" "ask more" "ask the sources that are asked on demand";
    TakePop "pop.take" "take call" "take the waiting call";
    LaterPop "pop.later" "later" "leave the waiting call for later";
    NextCall "call.next" "next call" "next call or customer";
    PreviousCall "call.previous" "previous call" "previous call or customer";
    Sessions "session.list" "calls" "every call and customer that is open";
    CloseCall "call.close" "done with call" "done with this call";
    WriteNote "note.write" "note" "write a note";
    LeaveNote "note.leave" "leave" "leave the note, keep the draft";
    SendNote "note.send" "send" "put the note on the customer's record";
    EditNote "note.edit" "own editor" "write the note in your own editor";
    Figures "figures.show" "numbers" "the numbers behind the charts";
    WriteFollowUp "follow-up.write" "follow-up" "undertake a task, a callback or a promise";
    WriteSource "source.write" "into a source" "write into a source system";
    PinNote "note.pin" "pin" "pin the note under the cursor to the top, or take it down";
    SettleFollowUp "follow-up.done" "follow-up done" "mark a follow-up as done, or open it again";
    NewContact "contact.new" "new contact" "make a contact of somebody whom no source knows";
    NextField "form.next" "next field" "next field";
    PreviousField "form.previous" "previous field" "previous field";
    SaveForm "form.save" "save" "save the form";
    Verify "caller.verify" "verify" "verify the caller";
    AnswerCall "call.answer" "answer" "answer the call at the phone";
    HoldCall "call.hold" "hold" "hold the call, or take it back";
    EndCall "call.end" "end" "end the call at the phone";
    SendOn "call.send-on" "transfer" "transfer the call to a number, without a word";
    Consult "call.consult" "consult" "ask somebody at a number while the caller waits";
    PauseRecording "recording.pause" "pause recording" "pause the recording, or go on with it";
    HandOver "call.transfer" "hand over" "hand the call over, with what the next agent should know";
    Codes "wrap-up.codes" "codes" "choose wrap-up codes for this call";
    WantWrapUp "wrap-up.want" "wrap-up" "a wrap-up after this call, or none";
    ToggleReady "agent.ready" "ready" "ready, or not ready";
    Readiness "agent.state" "agent state" "ready, or not ready and why; in a call, what comes after it";
    Tour "tour.toggle" "tour" "end the tour for newcomers, or see it again";
    Palette "palette.open" "everything" "everything by name";
    Help "help.toggle" "help" "every key";
    ReadPane "read.pane" "pane" "read this pane, or what is on top";
    ReadAll "read.all" "all" "read everything";
    ReadAgain "read.again" "again" "repeat the last announcement";
    ReadTime "read.time" "time" "tell the time, and how long the call takes";
    Close "overlay.close" "close" "close what is on top";
    Repaint "screen.repaint" "repaint" "paint everything anew";
    Suspend "desk.suspend" "to the shell" "back to the shell for now";
    Quit "desk.quit" "quit" "close the desk";
}

impl std::str::FromStr for Action {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|action| action.name() == name).ok_or(())
    }
}
