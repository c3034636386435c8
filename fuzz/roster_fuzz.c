/*
 * roster_fuzz.c - any text as members, and as votes of fixed members.
 */
#include "rule/roster.h"

#include <stdlib.h>
#include <string.h>

static void demand(bool held)
{
    if (!held)
        abort();
}

static void use(const struct roster *roster)
{
    __int128 *units = mem_new(roster_count(roster), sizeof *units);
    struct member_set set;
    struct why why;

    for (size_t i = 0; i < roster_columns(roster) && i < 8; i++) {
        const char *name = roster_column(roster, i);
        int places;

        if (roster_weight(roster, name, units, &places, &why) == ERR_NONE) {
            __int128 total = 0;

            for (size_t m = 0; m < roster_count(roster); m++) {
                demand(units[m] >= 0);
                total += units[m];
            }
            demand(total <= ROSTER_TOTAL_MAX && places <= 9);
        }
        if (roster_group(roster, name, &set, &why) == ERR_NONE)
            demand(set_count(&set) <= roster_count(roster));
    }
    for (size_t m = 0; m < roster_count(roster); m++)
        demand(roster_find(roster, slice_of(roster_code(roster, m))) == m);
    mem_free(units);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct roster *roster = NULL;
    enum position position[ROSTER_MEMBERS_MAX];
    struct why why = {0};

    if (roster_parse("m", (const char *)data, size, &roster, &why) == ERR_NONE)
        use(roster);
    else
        demand(roster == NULL && why.text[0] != '\0');
    roster_close(roster);
    demand(roster_parse("m", "code\nA\nNO\n", 10, &roster, &why) == ERR_NONE);
    if (votes_parse("v", (const char *)data, size, roster, position, &why) ==
        ERR_NONE)
        demand(position[0] < (enum position)POSITION_COUNT &&
               position[1] < (enum position)POSITION_COUNT);
    roster_close(roster);
    return 0;
}
