#include "record/tile.h"

#include "record/merkle.h"

#include <stdio.h>
#include <string.h>

/* Tiles that a tree of MERKLE_SIZE_MAX leaves can have on one level. */
#define INDEX_MAX (MERKLE_SIZE_MAX / TILE_WIDTH)

static unsigned shift_of(int level)
{
    return level == TILE_ENTRIES ? 0 : 8u * (unsigned)level;
}

uint64_t tile_count(int level, uint64_t size)
{
    uint64_t hashes = size >> shift_of(level);

    return hashes / TILE_WIDTH + (hashes % TILE_WIDTH != 0);
}

unsigned tile_width(int level, uint64_t index, uint64_t size)
{
    uint64_t hashes = size >> shift_of(level);

    if (index < hashes / TILE_WIDTH)
        return TILE_WIDTH;
    return index == hashes / TILE_WIDTH ? (unsigned)(hashes % TILE_WIDTH) : 0;
}

void tile_path(struct tile tile, char path[TILE_PATH_SIZE])
{
    char level[16] = "entries", number[40], partial[8] = "", group[8];
    char *at = number + sizeof number - 1;
    uint64_t rest = tile.index;

    *at = '\0'; /* three digits at a time, from the last */
    at -= 3;
    snprintf(group, sizeof group, "%03u", (unsigned)(rest % 1000));
    memcpy(at, group, 3);
    while ((rest /= 1000) > 0) {
        at -= 5;
        snprintf(group, sizeof group, "x%03u/", (unsigned)(rest % 1000));
        memcpy(at, group, 5);
    }
    if (tile.level != TILE_ENTRIES)
        snprintf(level, sizeof level, "%d", tile.level);
    if (tile.width < TILE_WIDTH)
        snprintf(partial, sizeof partial, ".p/%u", tile.width);
    snprintf(path, TILE_PATH_SIZE, "tile/%s/%s%s", level, at, partial);
}

/* Read three digits. What is no digit gives a number that is not written
 * again the same way. */
static uint64_t add_digits(uint64_t index, const char *digits)
{
    for (size_t i = 0; i < 3; i++)
        index = index * 10 + (uint64_t)(uint8_t)digits[i] - '0';
    return index;
}

enum err tile_parse(struct slice path, struct tile *tile, struct why *why)
{
    struct tile made = {.width = TILE_WIDTH};
    struct slice rest = path, part;
    char again[TILE_PATH_SIZE];
    uint64_t number;

    if (!slice_cut(&rest, '/', &part) || !slice_is(part, "tile") ||
        !slice_cut(&rest, '/', &part))
        goto bad;
    if (slice_is(part, "entries"))
        made.level = TILE_ENTRIES;
    else if (text_parse_u64(part, TILE_LEVELS - 1, &number))
        made.level = (int)number;
    else
        goto bad;
    while (rest.len > 0 && rest.at[0] == 'x' && slice_cut(&rest, '/', &part)) {
        if (part.len != 4)
            goto bad;
        made.index = add_digits(made.index, part.at + 1);
        if (made.index > INDEX_MAX)
            goto bad;
    }
    if (rest.len < 3)
        goto bad;
    made.index = add_digits(made.index, rest.at);
    rest = (struct slice){rest.at + 3, rest.len - 3};
    if (rest.len > 0) {
        if (!slice_cut(&rest, '/', &part) || !slice_is(part, ".p") ||
            !text_parse_u64(rest, TILE_WIDTH - 1, &number) || number == 0)
            goto bad;
        made.width = (unsigned)number;
    }
    if (made.index > INDEX_MAX)
        goto bad;
    tile_path(made, again);
    if (!slice_is(path, again))
        goto bad;
    *tile = made;
    return ERR_NONE;
bad:
    return fail(why, ERR_INPUT, "\"%.*s\" is no path of a tile",
                (int)(path.len < 80 ? path.len : 80), path.at);
}

bool tile_next_entry(struct slice *rest, struct slice *entry)
{
    size_t len;

    if (rest->len < 2)
        return false;
    len = (size_t)(uint8_t)rest->at[0] << 8 | (uint8_t)rest->at[1];
    if (rest->len - 2 < len)
        return false;
    *entry = (struct slice){rest->at + 2, len};
    rest->at += 2 + len;
    rest->len -= 2 + len;
    return true;
}
