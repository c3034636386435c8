#include "power/converge_names.h"

#include "base/mem.h"

#include <string.h>
#include <sys/auxv.h>

struct slot {
    uint64_t hash;
    size_t number; /* SIZE_MAX: empty */
};

struct roll_names {
    struct arena *arena;
    struct roll_text *name; /* [count] */
    size_t count, cap;
    size_t last;       /* found: rows often repeat a name */
    struct slot *slot; /* [slots] a power of two, at most half full */
    size_t slots;
    uint64_t key[2];
};

static void clear_slots(struct roll_names *names, size_t slots)
{
    mem_free(names->slot);
    names->slots = slots;
    names->slot = mem_new(slots, sizeof *names->slot);
    for (size_t i = 0; i < slots; i++)
        names->slot[i].number = SIZE_MAX;
}

struct roll_names *roll_names_open(void)
{
    struct roll_names *names = mem_new(1, sizeof *names);
    const void *secret = (const void *)(uintptr_t)getauxval(AT_RANDOM);

    names->arena = arena_open();
    if (secret != NULL)
        memcpy(names->key, secret, sizeof names->key);
    clear_slots(names, 256);
    return names;
}

void roll_names_close(struct roll_names *names)
{
    if (names == NULL)
        return;
    arena_close(names->arena);
    mem_free(names->name);
    mem_free(names->slot);
    mem_free(names);
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* At most eight bytes as a number, by reads that may overlap. */
static uint64_t short_word(struct slice text)
{
    const uint8_t *at = (const uint8_t *)text.at;
    uint32_t low, high;

    if (text.len < 4)
        return (uint64_t)at[0] << 16 | (uint64_t)at[text.len / 2] << 8 |
               at[text.len - 1];
    memcpy(&low, at, 4);
    memcpy(&high, at + text.len - 4, 4);
    return (uint64_t)low << 32 | high;
}

/* Of 1 byte or more: multiply and fold, eight at a time (as wyhash does). */
static uint64_t hash_of(const struct roll_names *names, struct slice text)
{
    uint64_t hash = names->key[0] ^ text.len, word;

    for (; text.len > 8; text.at += 8, text.len -= 8) {
        memcpy(&word, text.at, 8);
        hash = mix(hash ^ word, names->key[1] | 1);
    }
    return mix(hash ^ short_word(text), names->key[1] | 1) ^ hash;
}

static bool is_name(const struct roll_names *names, size_t number,
                    struct slice text)
{
    const struct roll_text *name = &names->name[number];

    /* Codes and numbers of rolls differ at the end sooner than before. */
    return name->len == text.len &&
           name->text[text.len - 1] == text.at[text.len - 1] &&
           memcmp(name->text, text.at, text.len - 1) == 0;
}

/* The slot of a name, or the empty one where it belongs. */
static struct slot *find_slot(const struct roll_names *names, uint64_t hash,
                              struct slice text)
{
    size_t at = hash & (names->slots - 1);

    while (names->slot[at].number != SIZE_MAX &&
           (names->slot[at].hash != hash ||
            !is_name(names, names->slot[at].number, text)))
        at = (at + 1) & (names->slots - 1);
    return &names->slot[at];
}

size_t roll_names_find(struct roll_names *names, struct slice text)
{
    if (text.len == 0)
        return SIZE_MAX;
    if (names->last < names->count && is_name(names, names->last, text))
        return names->last;
    size_t found = find_slot(names, hash_of(names, text), text)->number;
    if (found != SIZE_MAX)
        names->last = found;
    return found;
}

static void grow_slots(struct roll_names *names)
{
    struct slot *old = names->slot;
    size_t slots = names->slots;

    names->slot = NULL;
    clear_slots(names, slots * 2);
    for (size_t i = 0; i < slots; i++) {
        size_t at = old[i].hash & (names->slots - 1);

        if (old[i].number == SIZE_MAX)
            continue;
        while (names->slot[at].number != SIZE_MAX)
            at = (at + 1) & (names->slots - 1);
        names->slot[at] = old[i];
    }
    mem_free(old);
}

size_t roll_names_add(struct roll_names *names, struct slice text)
{
    uint64_t hash = hash_of(names, text);

    if (names->count * 2 >= names->slots)
        grow_slots(names);
    if (names->count == names->cap) {
        names->cap = names->cap ? names->cap * 2 : 64;
        names->name = mem_resize(names->name, names->cap, sizeof *names->name);
    }
    *find_slot(names, hash, text) = (struct slot){hash, names->count};
    names->name[names->count] = roll_names_keep(names, text);
    return names->count++;
}

struct roll_text roll_names_keep(struct roll_names *names, struct slice text)
{
    if (text.len == 0)
        return (struct roll_text){"", 0};
    return (struct roll_text){arena_text(names->arena, text.at, text.len),
                              text.len};
}

size_t roll_names_count(const struct roll_names *names)
{
    return names->count;
}

const char *roll_names_text(const struct roll_names *names, size_t number)
{
    return names->name[number].text;
}
