"""One tick of one lane, said in plain Python: what the backends must reproduce bit for bit.

Nothing here is shared with the backends but the names of fields and counters. Users are visited
one by one, every number is a Python integer, so nothing can overflow. Read this to know what the
simulator means; read the backends to know how it gets fast.
"""

from whennot.world.counters import BASE_COUNTERS, COUNTERS
from whennot.world.rows import FIELDS

FULL = 65535
WORD = 2**32 - 1


def philox(counter, key):
    """Return the four words of Philox4x32-10."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        a, b = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & WORD, (a >> 32) ^ c3 ^ k1, a & WORD
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


class User:
    """One person: trust 0 means gone or not yet here."""

    def __init__(self, segment, index, tolerance, new_until):
        self.segment, self.index = segment, index
        self.tolerance, self.new_until = tolerance, new_until
        self.trust = 0


class Lane:
    """One policy in one replicate, from its start or from a copy of another lane."""

    def __init__(self, tables, policy, *, replicate, seed):
        self.t = {name: array.tolist() for name, array in vars(tables).items()}
        self.policy, self.replicate, self.seed = policy, replicate, seed
        self.segments = len(self.t["edges"]) - 1
        self.users = [self.draw_user(g, i) for g in range(self.segments) for i in self.members(g)]
        self.state = None

    def members(self, segment):
        edges = self.t["edges"]
        return range(edges[segment + 1] - edges[segment])

    def draw_user(self, segment, index):
        words = philox((segment << 24 | index, 0, self.replicate, 1), (self.seed, 0))
        tolerance = 16384 + ((words[0] & FULL) >> 1)
        tenure = ((words[1] & FULL) * 180) >> 16
        new_until = max(0, 14 - tenure)
        for tick, enrolled in enumerate(self.t["enrolled_by"]):
            if index < enrolled[segment]:
                if tick > 0:
                    new_until = self.t["clock"][tick][0] + 14
                break
        return User(segment, index, tolerance, new_until)

    def begin(self, tick):
        """Start without a past: the policy's initial states, and who arrived before the tick."""
        dynamics, world = self.t["plan"][self.policy][tick][5:]
        self.state = [rule[0] for rule in self.t["state"][dynamics]]
        if tick > 0:
            self.welcome(world, [0] * self.segments, tick - 1)
        return self

    def welcome(self, world, first, tick):
        """Let the users `first`.. of each segment live who have arrived by the tick."""
        for user in self.users:
            if first[user.segment] <= user.index < self.t["enrolled_by"][tick][user.segment]:
                user.trust = self.t["people"][world][user.segment][0]

    def branch(self, policy):
        """Return a copy that goes on with another policy."""
        twin = Lane.__new__(Lane)
        twin.__dict__.update(self.__dict__)
        twin.policy, twin.state = policy, list(self.state)
        twin.users = []
        for user in self.users:
            copy = User(user.segment, user.index, user.tolerance, user.new_until)
            copy.trust = user.trust
            twin.users.append(copy)
        return twin

    def play(self, start, stop):
        """Return the counts of ticks start..stop - 1: [tick][segment][counter]."""
        return [self.tick(tick) for tick in range(start, stop)]

    # One tick -----------------------------------------------------------------------------

    def tick(self, tick):
        t = self.t
        row_a, row_b, weight, rest_a, rest_b, dynamics, world = t["plan"][self.policy][tick]
        day, leaving, feed = t["clock"][tick]
        enrolled = t["enrolled_by"][tick]
        counts = [dict.fromkeys([c.name for c in COUNTERS], 0) for _ in range(self.segments)]

        self.welcome(world, t["enrolled_by"][tick - 1] if tick else [0] * self.segments, tick)
        self.strike_events(dynamics, tick, counts[0])
        levels = self.levels(dynamics)
        for s, level in enumerate(levels):
            counts[0][f"state_{s}"] = level

        rows = {}
        for g in range(self.segments):
            rows[g, True] = self.row(g, row_a, row_b, weight, dynamics, levels)
            rows[g, False] = self.row(g, rest_a, rest_b, weight, dynamics, levels)
        for user in self.users:
            if user.trust == 0:
                continue
            g = user.segment
            exposed = user.index < (t["share"][self.policy][tick][g] * enrolled[g]) >> 16
            rates = t["rates"][world][tick][g]
            people = t["people"][world][g]
            draws = self.draws_of(user, tick)
            live(user, rows[g, exposed], rates, people, day, leaving, draws, exposed, counts[g])

        for x, (base, s) in enumerate(t["cross"]):
            for g in range(self.segments):
                counts[g][f"cross_{x}"] = counts[g][BASE_COUNTERS[base].name] * levels[s]
        self.move_states(dynamics, feed, counts)
        return [[row[c.name] for c in COUNTERS] for row in counts]

    def draws_of(self, user, tick):
        counter = (user.segment << 24 | user.index, tick, self.replicate, 0)
        return [h for w in philox(counter, (self.seed, 0)) for h in (w & FULL, w >> 16)]

    def levels(self, dynamics):
        levels = []
        for value, (_, _, _, full, _, _) in zip(
            self.state, self.t["state"][dynamics], strict=True
        ):
            levels.append(min(65536, (value << 16) // full) if full > 0 else 0)
        return levels

    def strike_events(self, dynamics, tick, counts):
        levels = self.levels(dynamics)
        for e, event in enumerate(self.t["events"][dynamics]):
            hazard, mover, slope, factor, target, impulse, _ = event
            if mover >= 0:
                hazard += (slope * levels[mover]) >> 16
            hazard = min(max(hazard, 0), WORD)
            if philox((e, tick, self.replicate, 2), (self.seed, 0))[0] < hazard:
                counts[f"event_{e}"] += 1
                for user in self.users:
                    if user.trust > 0:
                        user.trust = max(1, (user.trust * factor) >> 16)
                if target >= 0:
                    cap = self.t["state"][dynamics][target][4]
                    self.state[target] = min(cap, max(0, self.state[target] + impulse))

    def row(self, segment, a, b, weight, dynamics, levels):
        start, end = self.t["pool"][a][segment], self.t["pool"][b][segment]
        row = {}
        for field, x, y in zip(FIELDS, start, end, strict=True):
            row[field.name] = x + (((y - x) * weight) >> 16)
        for owner, where, state, field, add, scale in self.t["couplings"]:
            if owner == dynamics and where in (-1, segment):
                name, level = FIELDS[field].name, levels[state]
                moved = row[name] + ((add * level) >> 16)
                moved += (row[name] * ((scale * level) >> 16)) >> 16
                row[name] = min(max(moved, 0), 65536)
        for name, value in row.items():
            if name.startswith(("loss_", "gain_")):
                row[name] = min(value, 65535)
        for truth in ("no", "yes"):
            row[f"negative_{truth}"] = min(
                row[f"negative_{truth}"], 65536 - row[f"positive_{truth}"]
            )
        return row

    def move_states(self, dynamics, feed, counts):
        totals = [sum(row[c.name] for row in counts) for c in BASE_COUNTERS]
        for s, (_, drift, decay, _, cap, reset_at) in enumerate(self.t["state"][dynamics]):
            value = self.state[s]
            value = value - ((value * decay) >> 16) + drift
            value += sum(u * n for u, n in zip(self.t["update"][dynamics][s], totals, strict=True))
            value = min(max(value, 0), cap)
            if reset_at > 0 and value >= reset_at and feed:
                value = 0
            self.state[s] = value


def live(user, row, rates, people, day, leaving, draws, exposed, counts):
    """Let one living user have the tick."""
    r0, r1, r2, r3, r4, r5, r6, r7 = draws
    trust = user.trust
    counts["active"] += 1
    counts["enrolled"] += exposed
    if r0 < rates[0]:
        trust = do_task(user, row, r1 < rates[1], day, (r2, r3, r4, r5, r7), exposed, counts)
    _, critical, flat, slope = people
    if leaving:
        below = max(critical - trust, 0)
        if r6 < flat + ((slope * ((below * below) >> 16)) >> 16):
            counts["left"] += 1
            trust = 0
    user.trust = trust
    counts["trust_sum"] += trust


def do_task(user, row, yes, day, draws, exposed, counts):
    """Return trust after the user's task."""
    r2, r3, r4, r5, r7 = draws
    trust, gap = user.trust, 65535 - user.trust
    truth = "yes" if yes else "no"
    counts["tasks"] += 1
    counts["exposed"] += exposed
    over = False
    if r2 < row[f"positive_{truth}"]:
        auto, outcome = True, "tp" if yes else "fp"
    elif r2 >= 65536 - row[f"negative_{truth}"]:
        auto, outcome = True, "fn" if yes else "tn"
    else:
        auto, outcome = False, "dr" if r3 < row[f"fallback_{truth}"] else "dw"
        counts["deferred"] += 1
        if outcome == "dw":
            counts["deferred_fn" if yes else "deferred_fp"] += 1
    wrong = outcome in ("fp", "fn", "dw")
    if auto:
        over = r4 < row["override_base"] + ((row["override_slope"] * gap) >> 16)
        if over and wrong:
            counts["caught"] += 1
        else:
            counts[outcome] += 1
        if over and not wrong:
            counts["overridden_right"] += 1
        if r7 < row["audit"]:
            counts["labelled"] += 1
            counts["labelled_wrong"] += wrong
    caught = over and wrong
    if caught or r4 < row[f"notice_{outcome}"]:
        counts["noticed"] += 1
        counts["noticed_wrong"] += wrong
        trust -= (trust * loss_of(user, row, outcome, day, caught)) >> 16
        angry = row[f"complain_{outcome}"] + ((row["complain_slope"] * gap) >> 16)
        if not caught and r5 < angry:
            counts["complaints"] += 1
    else:
        trust += (gap * row[f"gain_{outcome}"]) >> 16
    trust -= (trust * row["erode_auto" if auto else "erode_wait"]) >> 16
    return max(trust, 1)


def loss_of(user, row, outcome, day, caught):
    """Return the share of trust that a noticed outcome costs this user, Q16."""
    loss = (row[f"loss_{outcome}"] * user.tolerance) >> 15
    if day < user.new_until:
        loss += loss >> 1
    loss = min(loss, 65535)
    return loss >> 2 if caught else loss


def count(tables, lanes, *, replicate, seed):
    """Return the counts of all lanes as nested lists: [lane][tick][segment][counter]."""
    nothing = [[0] * len(COUNTERS) for _ in range(tables.segments)]
    results = []
    for lane in range(len(lanes)):
        start, stop = int(lanes.start[lane]), int(lanes.stop[lane])
        played = stand(tables, lanes, lane, replicate=replicate, seed=seed).play(start, stop)
        before, after = [nothing] * start, [nothing] * (tables.ticks - stop)
        results.append(before + played + after)
    return results


def stand(tables, lanes, lane, *, replicate, seed):
    """Return a lane as it stands before its first tick; its whole past is played for that."""
    start, policy = int(lanes.start[lane]), int(lanes.policy[lane])
    parent = int(lanes.parent[lane])
    if parent < 0:
        return Lane(tables, policy, replicate=replicate, seed=seed).begin(start)
    past = stand(tables, lanes, parent, replicate=replicate, seed=seed)
    past.play(int(lanes.start[parent]), start)
    return past.branch(policy)
