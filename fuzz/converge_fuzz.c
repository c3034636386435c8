/*
 * converge_fuzz.c - any bytes as recorded votes: the scanner and base/csv.h
 * read the same or refuse for the same reason; what was read adds up.
 */
#include "power/converge.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The two agree to the bit. */
static void compare(struct rolls *a, struct rolls *b)
{
    assert(rolls_members(a) == rolls_members(b));
    assert(rolls_count(a) == rolls_count(b) && rolls_count(a) > 0);
    for (size_t i = 0; i < rolls_members(a); i++) {
        assert(strcmp(rolls_code(a, i), rolls_code(b, i)) == 0);
        assert(i == 0 || strcmp(rolls_code(a, i - 1), rolls_code(a, i)) < 0);
        for (size_t word = 0; word < rolls_words(a); word++) {
            struct roll_bits left = rolls_bits(a, i, word);
            struct roll_bits right = rolls_bits(b, i, word);
            assert(memcmp(&left, &right, sizeof left) == 0);
            assert((left.yes & left.no) == 0);
            assert(((left.yes | left.no | left.apart) & ~left.took) == 0);
        }
    }
    for (size_t i = 0; i < rolls_count(a); i++) {
        assert(strcmp(roll_name(a, i), roll_name(b, i)) == 0);
        assert(strcmp(roll_period(a, i), roll_period(b, i)) == 0);
        assert(roll_tally(a, i).yes == roll_tally(b, i).yes);
        assert(roll_tally(a, i).between == roll_tally(b, i).between);
        assert(roll_tally(a, i).no == roll_tally(b, i).no);
        int forth = roll_compare(roll_name(a, i), roll_name(a, 0));
        int back = roll_compare(roll_name(a, 0), roll_name(a, i));
        assert((forth > 0) == (back < 0) && (forth == 0) == (i == 0));
    }
}

static void count(struct rolls *rolls)
{
    struct roll_set set = roll_set_all(rolls);
    struct agreement agreement = agreement_count(rolls, &set);
    struct agreement portably = agreement_count_portably(rolls, &set);
    struct clusters clusters = clusters_make(&agreement);
    size_t members = rolls_members(rolls);

    for (size_t i = 0; i < members * (members - 1) / 2; i++) {
        struct agreement_pair pair = agreement.pair[i];
        assert(memcmp(&pair, &portably.pair[i], sizeof pair) == 0);
        assert(pair.same + pair.adjacent <= pair.joint);
        assert(pair.joint <= rolls_count(rolls));
    }
    assert(clusters.groups >= 1 && clusters.groups <= members);
    for (size_t i = 1; i + 1 < members; i++)
        assert(converge_share_compare(clusters.merge[i - 1].coincidence,
                                      clusters.merge[i].coincidence) >= 0);
    clusters_clear(&clusters);
    agreement_clear(&agreement);
    agreement_clear(&portably);
    roll_set_clear(&set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct rolls *rolls = NULL, *plain = NULL;
    struct why why = {0}, plain_why = {0};
    enum err err = rolls_parse("f", text, size, NULL, &rolls, &why);

    assert(rolls_parse_plainly("f", text, size, NULL, &plain, &plain_why) ==
           err);
    if (err != ERR_NONE) {
        assert(rolls == NULL && plain == NULL && why.code == err);
        assert(strncmp(why.text, "f:", 2) == 0);
        assert(strcmp(why.text, plain_why.text) == 0);
    } else {
        compare(rolls, plain);
        count(rolls);
    }
    rolls_close(rolls);
    rolls_close(plain);
    return 0;
}
