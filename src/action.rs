//! Everything an agent can do, in one table: keymaps, hints, help and palette read it.

/// Makes the enum, its names and its words from one table.
macro_rules! actions {
    ($($variant:ident $name:literal $what:literal;)*) => {
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

            /// What it does, in a few words.
            pub fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)* }
            }
        }
    };
}

actions! {
    Open "entry.open" "open what the cursor is on";
    UndoLink "link.undo" "take the choice of customer back";
    CursorDown "cursor.down" "one down";
    CursorUp "cursor.up" "one up";
    PageDown "cursor.page-down" "a page down";
    PageUp "cursor.page-up" "a page up";
    Top "cursor.top" "to the top";
    Bottom "cursor.bottom" "to the bottom";
    FocusNext "focus.next" "next pane";
    FocusPrevious "focus.previous" "previous pane";
    FocusPast "focus.past" "to the past";
    FocusPresent "focus.present" "to the present";
    FocusFuture "focus.future" "to the future";
    Zoom "pane.zoom" "one pane on the whole screen, or all three";
    Search "past.search" "search in what happened";
    FilterChannel "past.channel" "show the next channel only";
    FilterRange "past.range" "show a shorter or longer time";
    Provenance "present.sources" "who says what of the customer, and how old it is";
    FilterClear "past.all" "show everything that happened";
    More "past.more" "ask sources for more of the past";
    Find "customer.find" "find a customer by number, e-mail, account, case or name";
    Retry "source.retry" "ask the silent sources again";
    AskMore "source.ask" "ask the sources that are asked on demand";
    TakePop "pop.take" "take the waiting call";
    LaterPop "pop.later" "leave the waiting call for later";
    NextCall "call.next" "next call or customer";
    PreviousCall "call.previous" "previous call or customer";
    Sessions "session.list" "every call and customer that is open";
    CloseCall "call.close" "done with this call";
    WriteNote "note.write" "write a note";
    LeaveNote "note.leave" "leave the note, keep the draft";
    SendNote "note.send" "put the note on the customer's record";
    EditNote "note.edit" "write the note in your own editor";
    Figures "figures.show" "the numbers behind the charts";
    WriteFollowUp "follow-up.write" "undertake a task, a callback or a promise";
    PinNote "note.pin" "pin the note under the cursor to the top, or take it down";
    SettleFollowUp "follow-up.done" "mark a follow-up as done, or open it again";
    NewContact "contact.new" "make a contact of somebody whom no source knows";
    NextField "form.next" "next field";
    PreviousField "form.previous" "previous field";
    SaveForm "form.save" "save the form";
    Verify "caller.verify" "verify the caller";
    AnswerCall "call.answer" "answer the call at the phone";
    HoldCall "call.hold" "hold the call, or take it back";
    EndCall "call.end" "end the call at the phone";
    SendOn "call.send-on" "transfer the call to a number, without a word";
    Consult "call.consult" "ask somebody at a number while the caller waits";
    PauseRecording "recording.pause" "pause the recording, or go on with it";
    HandOver "call.transfer" "hand the call over, with what the next agent should know";
    Codes "wrap-up.codes" "choose wrap-up codes for this call";
    WantWrapUp "wrap-up.want" "a wrap-up after this call, or none";
    ToggleReady "agent.ready" "ready, or not ready";
    Readiness "agent.state" "ready, or not ready and why; in a call, what comes after it";
    Tour "tour.toggle" "end the tour for newcomers, or see it again";
    Palette "palette.open" "everything by name";
    Help "help.toggle" "every key";
    ReadPane "read.pane" "read this pane, or what is on top";
    ReadAll "read.all" "read everything";
    ReadAgain "read.again" "repeat the last announcement";
    ReadTime "read.time" "tell the time, and how long the call takes";
    Close "overlay.close" "close what is on top";
    Repaint "screen.repaint" "paint everything anew";
    Suspend "desk.suspend" "back to the shell for now";
    Quit "desk.quit" "close the desk";
}

impl std::str::FromStr for Action {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|action| action.name() == name).ok_or(())
    }
}
