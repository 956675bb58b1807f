"""One form for each move of an episode: what can be typed, and the move it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from whennot.episode import moves as m
from whennot.episode.marks import outcome_words
from whennot.practice.plays import Play
from whennot.web.forms import trigger
from whennot.web.forms.fields import Card, Cards, number, one_of, typed_in, words

WHOLE = 100


class MoveForm(forms.Form):
    """A form of one play; `move` gives what it comes to once it is valid."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, play: Play, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.episode = play.episode
        # What the home held, not what the episode took: a move that does not fit is kept, too.
        self.fields["seen"].initial = play.written
        self.build()

    def build(self) -> None:
        """Add the fields that depend on the case."""

    def move(self) -> Any:
        """Return the move."""
        raise NotImplementedError


class BeginForm(MoveForm):
    """The first sentence, if any."""

    def build(self) -> None:
        """Ask for the sentence."""
        self.fields["first_words"] = words(
            _("Your first sentence to the team (optional)"),
            help_text=_("What you would say in the meeting where this was asked."),
        )

    def move(self) -> m.Begin:
        """Return the beginning."""
        return m.Begin(first_words=self.cleaned_data["first_words"])


class AskForm(MoveForm):
    """A question, or somebody to hear."""

    def build(self) -> None:
        """Offer everything that can be asked."""
        spec = self.episode.case.spec
        names = [f"ask:{n}" for n in spec.questions] + [f"listen:{n}" for n in spec.stakeholders]
        self.fields["what"] = one_of(_("Ask or hear"), [(n, Card(n)) for n in names])

    def move(self) -> m.Ask | m.Listen:
        """Return the question or the conversation."""
        kind, _, name = self.cleaned_data["what"].partition(":")
        return m.Ask(question=name) if kind == "ask" else m.Listen(stakeholder=name)


class ObjectiveForm(MoveForm):
    """What "best" means, and who pays when it goes wrong."""

    def build(self) -> None:
        """Offer the case's metrics and everybody who can be hurt."""
        spec = self.episode.case.spec
        metrics = [
            (n, Card(f"{x.label} ({x.unit})", f"{x.target}. {_('Must hold:')} {x.guardrail}"))
            for n, x in spec.metrics.items()
        ]
        self.fields["metric"] = one_of(_("Best means"), metrics)
        hurt = [(n, Card(text)) for n, text in spec.hurt.items()]
        self.fields["worse_off"] = one_of(_("Who can be hurt when it goes wrong"), hurt)

    def move(self) -> m.StateObjective:
        """Return the objective, with the metric's target and guardrail."""
        spec, given = self.episode.case.spec, self.cleaned_data
        metric = spec.metrics[given["metric"]]
        return m.StateObjective(
            objective=m.Objective(
                metric=given["metric"],
                target=metric.target,
                guardrail=metric.guardrail,
                horizon_days=spec.days,
                worse_off=given["worse_off"],
            )
        )


class DecideForm(MoveForm):
    """Every live lever, the trigger, when to stop, from where it pays off, and why."""

    def build(self) -> None:
        """Offer the levers that are live, and what goes with a decision."""
        episode, spec = self.episode, self.episode.case.spec
        for name in episode.live_levers:
            lever = spec.levers[name]
            cards = []
            for value in lever.options:
                explains = lever.choices[str(value)].explains if lever.choices else ""
                cards.append((str(value), Card(lever.shown(value), explains)))
            field = one_of(lever.label, cards, help_text=lever.explains)
            self.fields[f"lever_{name}"] = field
        self.fields |= trigger.fields(episode)
        kill = [(n, Card(text)) for n, text in spec.kill_criteria.items()]
        self.fields["kill_criterion"] = one_of(_("When would you stop for good?"), kill)
        self._add_viability()
        self.idle = {trigger.FIELD, *(f"lever_{n}" for n in spec.idle("none"))}
        if self.data.get("lever_option") == "none":
            for name in self.idle & self.fields.keys():
                self.fields[name].required = False
        known = [*episode.known, *(x.fact for x in episode.said if x.fact not in episode.known)]
        self.fields["why"] = words(_("Why this? One sentence. (optional)"), rows=3)
        self.fields["from_fact"] = forms.ChoiceField(
            label=_("Which fact does it rest on? (optional)"),
            required=False,
            choices=[("", _("none in particular")), *((n, spec.facts[n].label) for n in known)],
        )
        if not episode.first_flight:
            self.fields["owner"] = forms.CharField(
                label=_("Who answers for it?"), max_length=80, required=False, initial="you"
            )
        self.fields["changed_mind"] = words(_("What changed your mind while asking? (optional)"))

    @property
    def choices(self) -> int:
        """How many cards have to be picked."""
        return sum(isinstance(field.widget, Cards) for field in self.fields.values())

    def _add_viability(self) -> None:
        frontier = self.episode.case.spec.frontier
        fact = self.episode.case.spec.facts[frontier.fact]
        size, unit = typed_in(fact.unit)
        low, high = (round(size * v, 6) for v in (fact.low, fact.high))
        self.fields["viability"] = number(
            _("%(question)s (optional)") % {"question": frontier.question},
            unit=unit,
            low=low,
            high=high,
            help_text=_("Usually %(typical)s. In %(unit)s, %(low)s to %(high)s.")
            % {"typical": fact.typical, "unit": unit, "low": f"{low:g}", "high": f"{high:g}"}
            + (f" {frontier.hint}" if frontier.hint else ""),
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        """Return what was given; building nothing needs no trigger and no other lever."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("lever_option") == "none":
            given[trigger.FIELD] = trigger.NONE
            for name in self.episode.live_levers:
                usual = str(self.episode.case.spec.levers[name].default)
                given[f"lever_{name}"] = given.get(f"lever_{name}") or usual
        for name in trigger.missing(given):
            self.add_error(name, _("Your own trigger needs this."))
        return given

    def move(self) -> m.Decide:
        """Return the decision with its statements."""
        episode, given = self.episode, self.cleaned_data
        spec = episode.case.spec
        levers: dict[str, str | float] = {}
        for name in episode.live_levers:
            chosen = given[f"lever_{name}"]
            lever = spec.levers[name]
            levers[name] = next(v for v in (*lever.options, lever.default) if str(v) == chosen)
        size, _ = typed_in(spec.facts[spec.frontier.fact].unit)
        criterion = given["kill_criterion"]
        return m.Decide(
            levers=levers,
            trigger=trigger.chosen(episode, given),
            statements=m.Statements(
                why=given["why"],
                from_fact=given["from_fact"],
                hurt=episode.objective.worse_off if episode.objective else "",
                stop_if=spec.kill_criteria[criterion],
                kill_criterion=criterion,
                owner=given.get("owner") or "you",
                viability=None if given["viability"] is None else given["viability"] / size,
                changed_mind=given["changed_mind"],
            ),
        )


class SignOffForm(MoveForm):
    """What to do about the first who does not sign."""

    def build(self) -> None:
        """Offer the trade, the answers that were found out, and going over the head."""
        episode, spec = self.episode, self.episode.case.spec
        self.who = episode.refusing[0]
        person = spec.stakeholders[self.who]
        self.name, red = person.name, person.red_line
        terms = "; ".join(
            f"{spec.levers[n].label.lower()}: {spec.levers[n].shown(v)}"
            for n, v in red.trade.items()
        )
        cards = [
            ("trade", Card(_("Agree to what %(name)s asks for") % {"name": self.name}, terms))
        ]
        cards += [
            (f"answer:{f}", Card(_("Answer with what you found out"), spec.facts[f].label))
            for f in red.answered_by
            if f in episode.known
        ]
        over = _("Go ahead over the refusal, on the record.")
        cards.append(("escalate", Card(_("Escalate"), over)))
        self.fields["answer"] = one_of(_("What do you do?"), cards)
        self.fields["why"] = words(_("Why? (kept with an escalation)"))

    def move(self) -> Any:
        """Return the trade, the answer or the escalation."""
        kind, _, fact = self.cleaned_data["answer"].partition(":")
        if kind == "trade":
            return m.Trade(stakeholder=self.who)
        if kind == "answer":
            return m.Answer(stakeholder=self.who, fact=fact)
        return m.Escalate(stakeholder=self.who, why=self.cleaned_data["why"])


class ForecastForm(MoveForm):
    """One percentage for each thing that can break first; together 100."""

    def build(self) -> None:
        """Ask for every failure mode, and for nothing breaking."""
        failures = self.episode.case.spec.failures
        for mode in self.episode.modes:
            words_ = outcome_words(self.episode.case, mode)
            self.fields[f"mode_{mode}"] = number(
                words_,
                unit="%",
                low=0,
                high=WHOLE,
                required=False,
                help_text=failures[mode].story if mode in failures else "",
            )

    def clean(self) -> dict[str, Any]:
        """Return the percentages, if they sum to 100."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        stated = self._percent(given)
        if not self.errors:
            total = sum(stated.values())
            if abs(total - WHOLE) > 1e-6:  # the move's own tolerance
                raise forms.ValidationError(
                    _("They sum to %(total)s, not 100.") % {"total": f"{total:g}"}
                    + f" {_scaled_words(stated)}"
                )
        return given

    def _percent(self, given: Mapping[str, Any]) -> dict[str, float]:
        """Return every outcome's percentage; what was left empty got nothing."""
        return {mode: float(given.get(f"mode_{mode}") or 0) for mode in self.episode.modes}

    def move(self) -> m.Forecast:
        """Return the forecast, which seals the decision."""
        return m.Forecast(percent=self._percent(self.cleaned_data))


def _scaled_words(stated: Mapping[str, float]) -> str:
    """Return the percentages scaled as the button on the page scales them."""
    total = sum(stated.values())
    if total <= 0:
        return _("At least one of them needs more than 0.")
    whole = [int(WHOLE * p / total) for p in stated.values()]
    whole[whole.index(max(whole))] += WHOLE - sum(whole)
    return _("In the same proportions they would be about %(shares)s.") % {
        "shares": ", ".join(map(str, whole))
    }


class OperateForm(MoveForm):
    """What to do at an event stop."""

    def build(self) -> None:
        """Offer the stop's actions."""
        actions = self.episode.case.spec.actions
        cards = [(a, Card(actions[a].label, actions[a].explains)) for a in self.episode.offered]
        self.fields["action"] = one_of(_("What do you do?"), cards)
        self.fields["why"] = words(_("Why? (optional)"))

    def move(self) -> m.Operate:
        """Return the action."""
        return m.Operate(action=self.cleaned_data["action"], why=self.cleaned_data["why"])


class ReviewForm(MoveForm):
    """Before any score: what broke, how good it was, what would have told."""

    def build(self) -> None:
        """Offer every failure mode of the case, and every question."""
        spec, asked = self.episode.case.spec, self.episode.modes
        # What the forecast asked about comes first: the words are known from there.
        modes = sorted(spec.failures, key=lambda name: name not in asked)
        cards = [(n, Card(spec.failures[n].label)) for n in modes]
        more = _("The last ones were not in your forecast; a quarter can break by them, too.")
        self.fields["cause"] = one_of(
            _("What broke first?"),
            [*cards, ("none", Card(_("Nothing")))],
            help_text=more if len(modes) >= len(asked) else "",
        )
        self.fields["guess_percent"] = number(
            _("How good was your decision?"),
            unit="%",
            low=-WHOLE,
            high=WHOLE,
            help_text=_(
                "100 is the best that could be done with what you could know, 0 a sensible try of "
                "each option, below 0 is worse than that."
            ),
            initial=50,
        )
        self.fields["believed"] = words(_("What did you believe that was not so? (optional)"))
        self.fields["would_have_told"] = forms.ChoiceField(
            label=_("Which question would have told you? (optional)"),
            required=False,
            choices=[("", _("none")), *((n, q.text) for n, q in spec.questions.items())],
        )

    def move(self) -> m.Review:
        """Return the review."""
        return m.Review(**{k: v for k, v in self.cleaned_data.items() if k != "seen"})
