/*
 * show.h - screens that more than one command shows.
 */
#pragma once

#include "cli/desk.h"

#include <jansson.h>

/* A state: standing, history, weights, officers, keys. */
void show_member(struct cli *cli, const struct desk *desk, const json_t *doc);
