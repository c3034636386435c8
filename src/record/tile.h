/*
 * tile.h - tiles: which hashes and entries stand in which file of a log.
 *
 * A tile holds up to 256 hashes of one level: tile n of level l holds the
 * hashes of the full subtrees of 256^l leaves, from n*256 on. A bundle holds
 * the entries under a tile of level 0. Source: C2SP tlog-tiles.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "record/hash.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    TILE_WIDTH = 256,  /* hashes in a full tile */
    TILE_LEVELS = 8,   /* 256^8 leaves are more than MERKLE_SIZE_MAX */
    TILE_ENTRIES = -1, /* the "level" of entry bundles */
    TILE_PATH_SIZE = 64,
};

struct tile {
    int level;      /* 0..TILE_LEVELS-1, or TILE_ENTRIES */
    uint64_t index; /* in its level */
    unsigned width; /* hashes or entries, 1..TILE_WIDTH */
};

/* Tiles of this level in a tree of `size` leaves, a partial one included. */
uint64_t tile_count(int level, uint64_t size);
/* The width that tile has in a tree of `size` leaves; 0 when it has none. */
unsigned tile_width(int level, uint64_t index, uint64_t size);
/* "tile/0/x001/x234/067", "tile/entries/000.p/17". */
void tile_path(struct tile tile, char path[TILE_PATH_SIZE]);
/* The reverse; only the one way of writing each is accepted. Fails ERR_INPUT.
 */
enum err tile_parse(struct slice path, struct tile *tile,
                    struct why *why) MUST_CHECK;

/* Entries in bundles are preceded by their length, 16 bits, big-endian. Take
 * one off *rest; false when *rest does not begin with a whole one. */
bool tile_next_entry(struct slice *rest, struct slice *entry);
