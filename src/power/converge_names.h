/*
 * converge_names.h - names numbered in the order they came, found by hashing.
 *
 * The numbers do not depend on the hash, which is keyed anew in each process
 * so that nobody can write names that collide.
 */
#pragma once

#include "base/text.h"

#include <stddef.h>

/* Kept text, NUL-terminated. */
struct roll_text {
    const char *text;
    size_t len;
};

struct roll_names;
struct roll_names *roll_names_open(void);
void roll_names_close(struct roll_names *names); /* NULL does nothing */
/* The number of a name, or SIZE_MAX. */
size_t roll_names_find(struct roll_names *names, struct slice text);
/* Add a name that is not there yet; its number. */
size_t roll_names_add(struct roll_names *names, struct slice text);
/* Keep a text that is no name, until roll_names_close. */
struct roll_text roll_names_keep(struct roll_names *names, struct slice text);
size_t roll_names_count(const struct roll_names *names);
const char *roll_names_text(const struct roll_names *names, size_t number);
