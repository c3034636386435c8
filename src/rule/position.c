#include "rule/position.h"

static const struct {
    const char *word;
    const char *plain;
    bool cast;
} positions[POSITION_COUNT] = {
#define POSITION_ROW(name, word, cast, plain)                                  \
    [POSITION_##name] = {word, plain, cast},
    POSITIONS(POSITION_ROW)
#undef POSITION_ROW
};

const char *position_word(enum position position)
{
    return positions[position].word;
}

const char *position_plain(enum position position)
{
    return positions[position].plain;
}

bool position_is_cast(enum position position)
{
    return positions[position].cast;
}

bool position_parse(struct slice word, enum position *position)
{
    for (size_t i = 0; i < POSITION_COUNT; i++)
        if (slice_is(word, positions[i].word)) {
            *position = (enum position)i;
            return true;
        }
    return false;
}

const char *position_words(void)
{
#define POSITION_WORD(name, word, cast, plain) word ", "
    static const char words[] = POSITIONS(POSITION_WORD) "in small letters";
#undef POSITION_WORD
    return words;
}
