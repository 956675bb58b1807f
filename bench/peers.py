"""The same quarter in Mesa and SimPy, in their idiomatic forms; installed by `make bench` only."""

from __future__ import annotations

import random
from collections import Counter

from reference import Person, live_a_day, rules

DAYS = 90


def _people(rng: random.Random) -> list[Person]:
    return [Person(segment, rng) for users, segment in rules() for _ in range(users)]


def mesa_quarter() -> Counter[str]:
    """Return the counters of one quarter simulated with Mesa."""
    import mesa

    class User(mesa.Agent):
        def __init__(self, model: mesa.Model, person: Person) -> None:
            super().__init__(model)
            self.person = person

        def step(self) -> None:
            if not live_a_day(self.person, self.model.day, self.model.counts):
                self.remove()

    class Quarter(mesa.Model):
        def __init__(self) -> None:
            super().__init__(rng=7)
            self.day = 0
            self.counts: Counter[str] = Counter()
            for person in _people(random.Random(7)):  # noqa: S311 - a simulation
                User(self, person)

        def step(self) -> None:
            self.agents.do("step")
            self.day += 1

    quarter = Quarter()
    for _ in range(DAYS):
        quarter.step()
    return quarter.counts


def simpy_quarter() -> Counter[str]:
    """Return the counters of one quarter simulated with SimPy, one process a user."""
    import simpy

    counts: Counter[str] = Counter()
    env = simpy.Environment()

    def user(person: Person):  # noqa: ANN202 - a SimPy process
        while live_a_day(person, int(env.now), counts):
            yield env.timeout(1)

    for person in _people(random.Random(7)):  # noqa: S311 - a simulation
        env.process(user(person))
    env.run(until=DAYS)
    return counts
