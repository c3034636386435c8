/*
 * tile_fuzz.c - paths of tiles, and bundles: one way to write each path, and
 * entries of a bundle never reach beyond it.
 */
#include "record/tile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice path = {(const char *)data, size}, rest = path, entry;
    char again[TILE_PATH_SIZE];
    struct tile tile;
    size_t sum = 0;

    if (tile_parse(path, &tile, NULL) == ERR_NONE) {
        tile_path(tile, again);
        assert(slice_is(path, again));
        assert(tile.width >= 1 && tile.width <= TILE_WIDTH);
    }
    while (tile_next_entry(&rest, &entry)) {
        sum += 2 + entry.len;
        assert(entry.at + entry.len == rest.at);
    }
    assert(sum + rest.len == size);
    return 0;
}
