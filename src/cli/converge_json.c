/*
 * converge_json.c - what was found, for machines; and the lists that machines
 * and people share.
 */
#include "base/json.h"
#include "cli/converge.h"

#include <stdlib.h>

/*
 * Lists.
 */

static int by_closeness(const void *a, const void *b, void *ctx)
{
    const struct converge_pair *left = a, *right = b;
    const bool *farthest = ctx;
    int order = converge_share_compare(agreement_coincidence(right->count),
                                       agreement_coincidence(left->count));

    if (*farthest)
        order = -order;
    if (order == 0)
        order = (left->count.joint < right->count.joint) -
                (left->count.joint > right->count.joint);
    if (order == 0)
        order = (left->a > right->a) - (left->a < right->a);
    return order ? order : (left->b > right->b) - (left->b < right->b);
}

struct converge_pair *converge_pairs(const struct converge_view *view,
                                     bool farthest, size_t *count)
{
    size_t members = view->members;
    struct converge_pair *list =
        mem_new(members * (members + 1) / 2 + 1, sizeof *list);

    *count = 0;
    for (size_t a = 0; a < members; a++)
        for (size_t b = a + 1; b < members; b++) {
            struct agreement_pair pair = agreement_of(&view->agreement, a, b);

            if (pair.joint > 0)
                list[(*count)++] = (struct converge_pair){a, b, pair};
        }
    qsort_r(list, *count, sizeof *list, by_closeness, &farthest);
    return list;
}

static int by_distance(const void *a, const void *b, void *ctx)
{
    const struct converge_share *distance = ctx;
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    int order = converge_share_compare(distance[left], distance[right]);

    return order ? order : (left > right) - (left < right);
}

size_t *converge_nearest(const struct converge_view *view, size_t *count)
{
    size_t *list = mem_new(view->members + 1, sizeof *list);

    *count = 0;
    for (size_t i = 0; i < view->members; i++)
        if (view->distance[i].den > 0)
            list[(*count)++] = i;
    qsort_r(list, *count, sizeof *list, by_distance, view->distance);
    return list;
}

/*
 * JSON.
 */

static void set_share(json_t *object, const char *key,
                      struct converge_share share)
{
    struct buf text = {0};

    converge_share_format(share, &text);
    json_set_text(object, key, share.den == 0 ? NULL : buf_text(&text));
    buf_clear(&text);
}

static json_t *code(const struct converge_view *view, size_t member)
{
    return json_string(rolls_code(view->rolls, member));
}

static json_t *pairs_json(const struct converge_view *view)
{
    json_t *list = json_array();

    for (size_t a = 0; a < view->members; a++)
        for (size_t b = a + 1; b < view->members; b++) {
            struct agreement_pair pair = agreement_of(&view->agreement, a, b);
            json_t *item = json_object();

            json_set_new(item, "a", code(view, a));
            json_set_new(item, "b", code(view, b));
            json_set_int(item, "same", pair.same);
            json_set_int(item, "adjacent", pair.adjacent);
            json_set_int(item, "joint", pair.joint);
            set_share(item, "coincidence", agreement_coincidence(pair));
            json_array_append_new(list, item);
        }
    return list;
}

static json_t *clusters_json(const struct converge_view *view)
{
    const struct clusters *clusters = &view->clusters;
    json_t *order = json_array(), *groups = json_array(),
           *merges = json_array();

    for (size_t i = 0; i < clusters->groups; i++)
        json_array_append_new(groups, json_array());
    for (size_t i = 0; i < clusters->members; i++) {
        size_t member = clusters->order[i];

        json_array_append_new(order, code(view, member));
        json_array_append_new(json_array_get(groups, clusters->group[member]),
                              code(view, member));
    }
    for (size_t i = 0; i + 1 < clusters->members; i++) {
        json_t *item = json_object();

        json_set_new(item, "a", code(view, clusters->merge[i].a));
        json_set_new(item, "b", code(view, clusters->merge[i].b));
        json_set_int(item, "size", (int64_t)clusters->merge[i].size);
        set_share(item, "coincidence", clusters->merge[i].coincidence);
        json_array_append_new(merges, item);
    }
    return json_pack("{s:o,s:o,s:o}", "groups", groups, "order", order,
                     "merges", merges);
}

static json_t *centre_json(const struct converge_view *view)
{
    json_t *list = json_array();

    for (size_t i = 0; i < view->members; i++) {
        json_t *item = json_object();

        json_set_new(item, "code", code(view, i));
        json_set_int(item, "rolls", (int64_t)(view->distance[i].den / 4));
        set_share(item, "distance", view->distance[i]);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *roll_json(const struct converge_view *view, size_t roll)
{
    struct roll_tally tally = roll_tally(view->rolls, roll);
    json_t *item = json_object();

    json_set_text(item, "roll", roll_name(view->rolls, roll));
    json_set_int(item, "yes", tally.yes);
    json_set_int(item, "abstain", tally.between);
    json_set_int(item, "no", tally.no);
    set_share(item, "unity", roll_unity(tally));
    set_share(item, "rice", roll_rice(tally));
    return item;
}

static json_t *divisive_json(const struct converge_view *view)
{
    size_t count = view->list < view->divisible ? view->list : view->divisible;
    json_t *most = json_array(), *least = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(most, roll_json(view, view->divided[i]));
        json_array_append_new(least, roll_json(view, view->united[i]));
    }
    return json_pack("{s:o,s:o}", "most", most, "least", least);
}

static json_t *places_json(const struct converge_view *view,
                           const struct agreement_place *place)
{
    json_t *list = json_array();

    for (size_t i = 0; i < view->members; i++)
        if (place[i].known)
            json_array_append_new(list, json_pack("{s:o,s:I,s:I}", "code",
                                                  code(view, i), "x",
                                                  (json_int_t)place[i].x, "y",
                                                  (json_int_t)place[i].y));
    return list;
}

static json_t *side_json(const struct converge_view *view,
                         const struct converge_side *side)
{
    json_t *json = json_object();

    json_set_text(json, "name", side->name);
    json_set_int(json, "rolls", (int64_t)side->set.count);
    set_share(json, "coincidence", agreement_whole(&side->agreement));
    json_set_int(json, "stress", side->stress.end);
    json_set_new(json, "map", places_json(view, side->place));
    return json;
}

static json_t *movement_json(const struct converge_view *view)
{
    const struct converge_side *before = &view->before, *after = &view->after;
    json_t *pairs = json_array(), *members = json_array();

    for (size_t a = 0; a < view->members; a++) {
        json_t *member = json_object();

        json_set_new(member, "code", code(view, a));
        set_share(member, "before", before->distance[a]);
        set_share(member, "after", after->distance[a]);
        json_array_append_new(members, member);
        for (size_t b = a + 1; b < view->members; b++) {
            json_t *pair = json_object();

            json_set_new(pair, "a", code(view, a));
            json_set_new(pair, "b", code(view, b));
            set_share(
                pair, "before",
                agreement_coincidence(agreement_of(&before->agreement, a, b)));
            set_share(
                pair, "after",
                agreement_coincidence(agreement_of(&after->agreement, a, b)));
            json_array_append_new(pairs, pair);
        }
    }
    return json_pack("{s:o,s:o,s:o,s:o}", "before", side_json(view, before),
                     "after", side_json(view, after), "centre", members,
                     "pairs", pairs);
}

json_t *converge_json(const struct converge_view *view)
{
    json_t *json = json_object(), *map = json_object();

    json_set_int(json, "members", (int64_t)view->members);
    json_set_int(json, "rolls", (int64_t)view->set.count);
    json_set_int(json, "positions", (int64_t)view->positions);
    set_share(json, "coincidence", view->whole);
    json_set_new(json, "pairs", pairs_json(view));
    json_set_new(json, "clusters", clusters_json(view));
    json_set_new(json, "centre", centre_json(view));
    json_set_new(json, "divisive", divisive_json(view));
    json_set_int(map, "scale", MAP_SCALE);
    json_set_int(map, "stress", view->stress.end);
    json_set_new(map, "members", places_json(view, view->place));
    json_set_new(json, "map", map);
    if (view->moved)
        json_set_new(json, "movement", movement_json(view));
    if (view->exercise)
        json_set_flag(json, "exercise", true);
    return json;
}

void converge_csv(const struct converge_view *view, FILE *out)
{
    struct buf text = {0};

    fputs("a,b,same,adjacent,joint,coincidence\n", out);
    for (size_t a = 0; a < view->members; a++)
        for (size_t b = a + 1; b < view->members; b++) {
            struct agreement_pair pair = agreement_of(&view->agreement, a, b);

            buf_reset(&text);
            converge_share_format(agreement_coincidence(pair), &text);
            fprintf(out, "%s,%s,%u,%u,%u,%s\n", rolls_code(view->rolls, a),
                    rolls_code(view->rolls, b), pair.same, pair.adjacent,
                    pair.joint, buf_text(&text));
        }
    buf_clear(&text);
}
