#include "cli/power_parts.h"

#include "cli/command.h"

#include <string.h>

static const struct command parts[] = {
    {"power design", power_design,
     "FILE [--rule NAME] --members M.csv [--sweep CLAUSE=FROM..TO/STEP] "
     "[--weight W=heads,sqrt(W),...] [--ideal W] "
     "[--minority A,B,C | --minority-group G] [--all] [--csv] [--svg FILE]",
     "sweep thresholds and weights of a rule and show what they trade off"},
    {"power compare", power_compare,
     "FILE [FILE2] [--rule NAME] [--with NAME] --members M.csv "
     "[--members-after M2.csv] [--without A,B] [--and NEW.csv] [--csv] "
     "[--svg FILE]",
     "what changes between two rules, or when members leave or join"},
};

bool power_part(struct cli *cli, int argc, char **argv, int *status)
{
    for (size_t i = 0; argc > 1 && i < sizeof parts / sizeof *parts; i++) {
        if (strcmp(parts[i].name + strlen("power "), argv[1]) != 0)
            continue;
        cli->command = &parts[i];
        *status = parts[i].run(cli, argc - 1, argv + 1);
        return true;
    }
    return false;
}

/* --- shared ------------------------------------------------------------------
 */

enum err power_read_codes(const char *option, const char *text,
                          const struct roster *roster, struct member_set *set,
                          struct why *why)
{
    struct slice rest = slice_of(text), code;

    for (bool more = true; more;) {
        more = slice_cut(&rest, ',', &code);
        if (!more)
            code = rest;
        size_t member = roster_find(roster, code);
        if (member == SIZE_MAX)
            return fail(why, ERR_INPUT,
                        "power: --%s: there is no member "
                        "'%.*s'",
                        option, code.len < 64 ? (int)code.len : 64, code.at);
        set_put(set, member, true);
    }
    return ERR_NONE;
}

json_t *power_fraction_json(const mpq_t fraction)
{
    struct buf text = {0};
    json_t *json;

    power_put_fraction(fraction, &text);
    json = json_string(buf_text(&text));
    buf_clear(&text);
    return json;
}

void power_put_points(const mpq_t difference, unsigned places, struct buf *out)
{
    mpq_t size;

    mpq_init(size);
    mpq_abs(size, difference);
    if (mpq_sgn(difference) != 0)
        buf_add_text(out, mpq_sgn(difference) > 0 ? "+" : "-");
    power_put_percent(size, places, out);
    mpq_clear(size);
}
