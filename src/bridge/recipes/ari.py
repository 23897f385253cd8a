#!/usr/bin/env python3
"""Calls of one device from Asterisk's ARI: reads its events from the standard input, one a line, and
hands what they mean to `norns pop`. Usage: ari.py DEVICE, as in `ari.py PJSIP/2001`."""
import json, subprocess, sys

device = sys.argv[1] + "-"
calls = {}  # The agent's channel, and the caller's: ARI knows no call above channels.
dialled = {}  # What a channel dialled at first; later events say where in the dialplan it is.


def pop(event, leg, call, at, **more):
    line = {"v": 1, "event": event, "source": "ari", "call": call, "leg": leg, **more}
    if at:
        line["ts"] = at[:-2] + ":" + at[-2:]
    subprocess.run(["norns", "pop", "--stdin"], input=json.dumps(line).encode(), check=False)


for line in sys.stdin:
    event = json.loads(line) if line.strip() else {}
    kind, at = event.get("type"), event.get("timestamp")
    leg = event.get("peer") or event.get("channel") or {}
    if kind == "ChannelCreated":
        dialled[leg["id"]] = leg.get("dialplan", {}).get("exten")
    elif kind == "ChannelDestroyed":
        dialled.pop(leg["id"], None)
    if not leg.get("name", "").startswith(device):
        continue
    leg, caller = leg["id"], event.get("caller") or {}
    if kind == "Dial" and caller.get("id"):
        calls[leg] = caller["id"]
    call = calls.get(leg)
    if call is None:
        continue
    if kind == "Dial" and event.get("dialstatus") == "RINGING":
        who, dnis = caller.get("caller", {}), dialled.get(call)
        known = {"ani": who.get("number"), "ani_name": who.get("name"), "dnis": dnis}
        pop("offered", leg, call, at, **{field: text for field, text in known.items() if text})
    elif kind == "Dial" and event.get("dialstatus") == "ANSWER":
        pop("answered", leg, call, at)
    elif kind == "ChannelHold":
        pop("held", leg, call, at)
    elif kind == "ChannelUnhold":
        pop("retrieved", leg, call, at)
    elif kind == "BridgeBlindTransfer":
        pop("transferred", leg, call, at, role="from", kind="blind", to=event.get("exten", ""))
    elif kind == "ChannelDestroyed":
        pop("ended", leg, calls.pop(leg), at)
