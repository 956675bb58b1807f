"""The human player: turns what is typed into moves, one question at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from whennot.cli import screens
from whennot.cli.prompts import Prompts, as_number, as_percents
from whennot.episode import moves as m
from whennot.episode.debrief import number
from whennot.episode.episode import Episode
from whennot.world.policy import trigger_forms
from whennot.world.spec import TriggerForm

GUESS = 100.0


@dataclass
class Human:
    """Somebody at a keyboard."""

    prompts: Prompts
    enough: bool = False

    def next_move(self, episode: Episode) -> Any:
        """Return what the player decides next."""
        ask = {
            "brief": self._begin,
            "framing": self._framing,
            "committed": self._committed,
            "operating": self._operate,
            "review": self._review,
        }
        return ask[episode.state](episode)

    def _begin(self, _: Episode) -> m.Begin:
        words = self.prompts.free("Press Enter to begin, or type your first sentence to the team")
        return m.Begin(first_words=words)

    def _framing(self, episode: Episode) -> Any:
        if episode.asks_left > 0 and not self.enough:
            options = screens.show_framing(self.prompts.console, episode)
            done = f"{len(options) + 1}"
            self._rows([(done, "Enough. Decide with what I know.")])
            gone = {*episode.asked, *episode.heard}
            taken = frozenset(i for i, (_, name) in enumerate(options) if name in gone)
            labels = [*(n for _, n in options), "decide"]
            pick = self.prompts.pick("Ask or hear", labels, taken=taken)
            if pick < len(options):
                kind, name = options[pick]
                return m.Ask(question=name) if kind == "ask" else m.Listen(stakeholder=name)
            self.enough = True
        if episode.objective is None:
            return self._objective(episode)
        return self._decide(episode)

    def _objective(self, episode: Episode) -> m.StateObjective:
        spec = episode.case.spec
        self._say('What does "best" mean here?')
        metrics = list(spec.metrics.items())
        self._rows(
            [
                (str(i), f"{x.label} ({x.unit}): {x.target}; must hold: {x.guardrail}")
                for i, (_, x) in enumerate(metrics, 1)
            ]
        )
        name, metric = metrics[self.prompts.pick("Best means", metrics)]  # type: ignore[arg-type]
        self._say("And who pays when it goes wrong?")
        hurt = list(spec.hurt)
        self._rows([(str(i), spec.hurt[h]) for i, h in enumerate(hurt, 1)])
        worse = hurt[self.prompts.pick("Who can be hurt", hurt)]
        return m.StateObjective(
            objective=m.Objective(
                metric=name,
                target=metric.target,
                guardrail=metric.guardrail,
                horizon_days=spec.days,
                worse_off=worse,
            )
        )

    def _decide(self, episode: Episode) -> m.Decide:
        screens.show_known(self.prompts.console, episode)
        levers: dict[str, str | float] = {n: self._lever(episode, n) for n in episode.live_levers}
        self._defaults(episode)
        trigger = None if levers["option"] == "none" else self._trigger(episode)
        return m.Decide(levers=levers, trigger=trigger, statements=self._statements(episode))

    def _lever(self, episode: Episode, name: str) -> str | float:
        lever = episode.case.spec.levers[name]
        self._say(f"{lever.label}", lever.explains)
        options = lever.options
        rows = []
        for i, option in enumerate(options, 1):
            if lever.choices:
                choice = lever.choices[str(option)]
                rows.append((str(i), f"{choice.label}: {choice.explains}"))
            else:
                rows.append((str(i), lever.shown(option)))
        self._rows(rows)
        return options[self.prompts.pick(lever.label, [str(o) for o in options])]

    def _defaults(self, episode: Episode) -> None:
        spec = episode.case.spec
        rest = [n for n in spec.levers if n not in episode.live_levers]
        if not rest:
            return
        shown = []
        for name in rest:
            lever = spec.levers[name]
            shown.append(f"{lever.label.lower()}: {lever.shown(lever.default)}")
        self.prompts.console.print(
            Text(f"At its default in first flight: {'; '.join(shown)}.", style="dim")
        )

    def _trigger(self, episode: Episode) -> TriggerForm | None:
        spec = episode.case.spec
        forms = trigger_forms(spec)
        self._say(
            "What would make you act without another meeting?", "One trigger, watched every day."
        )
        rows = []
        for i, form in enumerate(forms, 1):
            label, action = spec.signals[form.signal], spec.actions[form.action]
            side = "above" if form.comparator == ">" else "below"
            words = f"{label.label} {side} {number(form.threshold, label.unit)}"
            rows.append((str(i), f"{words} for {form.for_days} days: {action.label.lower()}"))
        rows.append((str(len(forms) + 1), "no trigger"))
        self._rows(rows)
        pick = self.prompts.pick("Trigger", [r[1] for r in rows])
        return forms[pick] if pick < len(forms) else None

    def _statements(self, episode: Episode) -> m.Statements:
        spec = episode.case.spec
        self._say("When would you stop for good?")
        kill = list(spec.kill_criteria)
        self._rows([(str(i), spec.kill_criteria[k]) for i, k in enumerate(kill, 1)])
        criterion = kill[self.prompts.pick("Stop when", kill)]
        viability = self._viability(episode)
        known = [*episode.known, *(x.fact for x in episode.said if x.fact not in episode.known)]
        hint = "Start with the number of the fact it rests on, if any." if known else ""
        self._say("In one sentence: why this?", hint)
        self._rows([(str(i), spec.facts[n].label) for i, n in enumerate(known, 1)])
        typed = self.prompts.free("Because")
        fact, why = _leading_fact(typed, known)
        return m.Statements(
            why=why,
            from_fact=fact,
            hurt=episode.objective.worse_off if episode.objective else "",
            stop_if=spec.kill_criteria[criterion],
            kill_criterion=criterion,
            owner="you",
            viability=viability,
        )

    def _viability(self, episode: Episode) -> float | None:
        """Ask for the viability condition, shares in percent; return it in the fact's unit."""
        frontier = episode.case.spec.frontier
        fact = episode.case.spec.facts[frontier.fact]
        share = fact.unit.startswith(("share", "probability"))
        size = 100 if share else 1
        unit = "percent" if share else fact.unit
        self._say(frontier.question, f"Usually {fact.typical}. {frontier.hint}".strip())
        low, high = (round(size * v, 6) for v in (fact.low, fact.high))
        number = self.prompts.number_if_any(f"It pays off from, in {unit}", low=low, high=high)
        return None if number is None else number / size

    def _committed(self, episode: Episode) -> Any:
        if episode.refusing:
            return self._sign_off(episode, episode.refusing[0])
        return self._forecast(episode)

    def _sign_off(self, episode: Episode, who: str) -> Any:
        spec = episode.case.spec
        person = spec.stakeholders[who]
        red = person.red_line
        self._say(f'{person.name}, {person.role}, does not sign: "{red.text}"')
        terms = ", ".join(_lever_words(episode, n, v) for n, v in red.trade.items())
        options: list[Any] = [m.Trade(stakeholder=who)]
        rows = [("1", f"Agree to what {person.name} asks for: {terms}")]
        for fact in red.answered_by:
            if fact in episode.known:
                options.append(m.Answer(stakeholder=who, fact=fact))
                rows.append(
                    (
                        str(len(options)),
                        f"Answer with what you found out: {spec.facts[fact].label}",
                    )
                )
        options.append(m.Escalate(stakeholder=who))
        rows.append((str(len(options)), "Escalate: go ahead over the refusal, on the record"))
        self._rows(rows)
        pick, why = self.prompts.pick_why("You", [r[1] for r in rows])
        chosen = options[pick]
        return chosen.model_copy(update={"why": why}) if chosen.kind == "escalate" else chosen

    def _forecast(self, episode: Episode) -> m.Forecast:
        spec, modes = episode.case.spec, episode.modes
        self._say(
            "What breaks first?",
            "One percentage for each, on one line. Then it is sealed and the quarter runs.",
        )
        labels = [spec.failures[x].label if x != "none" else "Nothing breaks" for x in modes]
        self._rows([(chr(97 + i), label) for i, label in enumerate(labels)])
        example = " ".join(["40", *["20"] * (len(modes) - 1)])
        while True:
            typed = self.prompts.line(f"{len(modes)} numbers, e.g. {example}")
            values = as_percents(typed, count=len(modes))
            if values is None or sum(values) <= 0:
                self.prompts.refuse(
                    typed, f"Type {len(modes)} percentages with spaces between them."
                )
                continue
            if abs(sum(values) - 100) > 1e-6:
                scaled = _to_hundred(values)
                again = " ".join(f"{v:g}" for v in scaled)
                self.prompts.console.print(
                    Text(
                        f"They sum to {sum(values):g}, not 100. "
                        f"Type n to take {again}, or type them again.",
                        style="yellow",
                    )
                )
                typed = self.prompts.line("n or new numbers")
                again_values = as_percents(typed, count=len(modes))
                if again_values is not None and abs(sum(again_values) - 100) <= 1e-6:
                    scaled = again_values
                elif typed.lower() != "n":
                    self.prompts.refuse(typed, "Type n, or percentages that sum to 100.")
                    continue
                values = scaled
            self.prompts.decided += 1
            return m.Forecast(percent=dict(zip(modes, values, strict=True)))

    def _operate(self, episode: Episode) -> m.Operate:
        if episode.stop is None:
            message = "no stop to act at"
            raise RuntimeError(message)
        actions = episode.case.spec.actions
        self._rows(
            [
                (str(i), f"{actions[a].label}: {actions[a].explains}")
                for i, a in enumerate(episode.offered, 1)
            ]
        )
        pick, why = self.prompts.pick_why("You", episode.offered)
        return m.Operate(action=episode.offered[pick], why=why)

    def _review(self, episode: Episode) -> m.Review:
        spec = episode.case.spec
        self._say(
            "The quarter is over. Before any score: "
            "what broke first, and how good was your decision?"
        )
        modes = [*spec.failures, "none"]
        self._rows(
            [
                (str(i), spec.failures[x].label if x != "none" else "Nothing broke")
                for i, x in enumerate(modes, 1)
            ]
        )
        while True:
            typed = self.prompts.line(
                "Cause, and your guess in percent of the best decision, e.g. 1 60"
            )
            words = typed.replace("%", " ").split()
            cause = int(words[0]) if words and words[0].isascii() and words[0].isdigit() else 0
            guess = as_number(words[1]) if len(words) > 1 else None
            if 1 <= cause <= len(modes) and guess is not None and -GUESS <= guess <= GUESS:
                self.prompts.decided += 1
                return m.Review(cause=modes[cause - 1], guess_percent=guess)
            self.prompts.refuse(
                typed,
                f"Type a number from 1 to {len(modes)}, a space, and a percentage up to 100.",
            )

    def _say(self, text: str, more: str = "") -> None:
        self.prompts.console.print()
        self.prompts.console.print(
            Text.assemble((text, "bold"), (f"  {more}" if more else "", "dim"))
        )

    def _rows(self, rows: list[tuple[str, str]]) -> None:
        table = Table(box=None, show_header=False, padding=(0, 1))
        table.add_column(justify="right", style=screens.ACCENT, no_wrap=True)
        table.add_column()
        for key, text in rows:
            table.add_row(key, Text(text))
        self.prompts.console.print(table)


def _leading_fact(typed: str, known: list[str]) -> tuple[str, str]:
    """Split "2 because ..." into the fact it names and the sentence."""
    first, _, rest = typed.partition(" ")
    if first.isascii() and first.isdigit() and 1 <= int(first[:4]) <= len(known):
        return known[int(first) - 1], rest.strip()
    return "", typed


def _lever_words(episode: Episode, name: str, value: str | float) -> str:
    lever = episode.case.spec.levers[name]
    return f"{lever.label.lower()}: {lever.shown(value)}"


def _to_hundred(values: list[float]) -> list[float]:
    """Return whole percent in the same proportions that sum to exactly 100."""
    whole = [float(int(100 * v / sum(values))) for v in values]
    largest = max(range(len(whole)), key=lambda i: values[i])
    whole[largest] += 100 - sum(whole)
    return whole
