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
struct name {
    const char *text;
    size_t len;
};

struct names;
struct names *names_open(void);
void names_close(struct names *names); /* NULL does nothing */
/* The number of a name, or SIZE_MAX. */
size_t names_find(struct names *names, struct slice text);
/* Add a name that is not there yet; its number. */
size_t names_add(struct names *names, struct slice text);
/* Keep a text that is no name, until names_close. */
struct name names_keep(struct names *names, struct slice text);
size_t names_count(const struct names *names);
const char *names_text(const struct names *names, size_t number);
