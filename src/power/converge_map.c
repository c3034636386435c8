/*
 * converge_map.c - members as places whose distances show disagreement.
 *
 * Floating point, in fixed order and a bounded number of steps; the only such
 * file beside sampling. What comes out is rounded to whole units.
 */
#include "power/converge.h"

#include <math.h>
#include <string.h>

enum {
    POWER_STEPS = 100, /* of subspace iteration */
    SPAN = 4,          /* vectors kept: the best two of them are used */
    SMACOF_STEPS = 200,
};

struct point {
    double x, y;
};

/* Those who voted with somebody, and how far apart they should be. */
struct field {
    size_t count;
    size_t *member; /* [count] */
    double *wanted; /* [count * count]; below 0: not known */
};

static double square(double value)
{
    return value * value;
}

static double wanted(const struct field *field, size_t i, size_t j)
{
    return field->wanted[i * field->count + j];
}

static void open_field(const struct agreement *agreement, struct field *field)
{
    size_t members = agreement->members;

    field->count = 0;
    field->member = mem_new(members + 1, sizeof *field->member);
    for (size_t a = 0; a < members; a++)
        for (size_t b = 0; b < members; b++)
            if (a != b && agreement_of(agreement, a, b).joint > 0) {
                field->member[field->count++] = a;
                break;
            }
    field->wanted =
        mem_new(field->count * field->count + 1, sizeof *field->wanted);
    for (size_t i = 0; i < field->count; i++)
        for (size_t j = 0; j < field->count; j++) {
            struct converge_share share = {1, 1};

            if (i != j)
                share = agreement_coincidence(agreement_of(
                    agreement, field->member[i], field->member[j]));
            field->wanted[i * field->count + j] =
                share.den == 0 ? -1 : 1 - (double)share.num / (double)share.den;
        }
}

/*
 * Classical scaling: the two widest directions of the doubly centred squares.
 */

static double known_mean(const struct field *field)
{
    double sum = 0;
    size_t known = 0;

    for (size_t i = 0; i < field->count * field->count; i++)
        if (field->wanted[i] >= 0) {
            sum += field->wanted[i];
            known++;
        }
    return known > 0 ? sum / (double)known : 0;
}

/* -(d^2 - row mean - column mean + mean) / 2; a distance that is not known is
 * taken for an average one. */
static double *centred_squares(const struct field *field)
{
    size_t n = field->count;
    double *matrix = mem_new(n * n + 1, sizeof *matrix);
    double *mean = mem_new(n + 1, sizeof *mean);
    double all = 0, missing = known_mean(field);

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            double distance = wanted(field, i, j);

            matrix[i * n + j] = square(distance < 0 ? missing : distance);
            mean[i] += matrix[i * n + j] / (double)n;
        }
        all += mean[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            matrix[i * n + j] =
                -(matrix[i * n + j] - mean[i] - mean[j] + all) / 2;
    mem_free(mean);
    return matrix;
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Gram and Schmidt; a vector that vanishes stays zero. */
static void orthonormalise(double *vector, size_t n)
{
    for (size_t k = 0; k < SPAN; k++) {
        double *own = vector + k * n, length;

        for (size_t before = 0; before < k; before++) {
            double part = dot(own, vector + before * n, n);
            for (size_t i = 0; i < n; i++)
                own[i] -= part * vector[before * n + i];
        }
        length = sqrt(dot(own, own, n));
        for (size_t i = 0; i < n; i++)
            own[i] = length > 1e-12 ? own[i] / length : 0;
    }
}

static void apply(const double *matrix, const double *from, double *to,
                  size_t n)
{
    for (size_t k = 0; k < SPAN; k++)
        for (size_t i = 0; i < n; i++)
            to[k * n + i] = dot(matrix + i * n, from + k * n, n);
}

/* Start from whole numbers that favour no direction: no randomness. */
static double *widest_vectors(const double *matrix, size_t n)
{
    double *vector = mem_new(SPAN * n + 1, sizeof *vector);
    double *next = mem_new(SPAN * n + 1, sizeof *next), *kept;
    uint32_t state = 1;

    for (size_t i = 0; i < SPAN * n; i++) {
        state = state * 1664525u + 1013904223u;
        vector[i] = (double)(state >> 16) / 65536 - 0.5;
    }
    for (int step = 0; step < POWER_STEPS; step++) {
        orthonormalise(vector, n);
        apply(matrix, vector, next, n);
        kept = vector;
        vector = next;
        next = kept;
    }
    orthonormalise(vector, n);
    mem_free(next);
    return vector;
}

/* Coordinates along the two largest eigenvalues; below 0 gives none. */
static void scale_classically(const struct field *field, struct point *point)
{
    size_t n = field->count, first = 0, second = 1;
    double *matrix = centred_squares(field), value[SPAN];
    double *vector = widest_vectors(matrix, n);
    double *image = mem_new(SPAN * n + 1, sizeof *image);

    apply(matrix, vector, image, n);
    for (size_t k = 0; k < SPAN; k++)
        value[k] = dot(vector + k * n, image + k * n, n);
    for (size_t k = 1; k < SPAN; k++)
        if (value[k] > value[first])
            first = k;
    second = first == 0 ? 1 : 0;
    for (size_t k = 0; k < SPAN; k++)
        if (k != first && value[k] > value[second])
            second = k;
    for (size_t i = 0; i < n; i++) {
        point[i].x =
            value[first] > 0 ? vector[first * n + i] * sqrt(value[first]) : 0;
        point[i].y = value[second] > 0
                         ? vector[second * n + i] * sqrt(value[second])
                         : 0;
    }
    mem_free(matrix);
    mem_free(vector);
    mem_free(image);
}

/*
 * SMACOF: each step moves every place to where, on average, the others want
 * it; stress never rises. A distance that is not known wants what is.
 */

static double distance(struct point a, struct point b)
{
    return sqrt(square(a.x - b.x) + square(a.y - b.y));
}

/* Move from `from` to `to`; the stress of `from`. */
static double step(const struct field *field, const struct point *from,
                   struct point *to)
{
    size_t n = field->count;
    double missed = 0, all = 0;

    memset(to, 0, n * sizeof *to);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            double is = distance(from[i], from[j]);
            double want = wanted(field, i, j);
            bool known = want >= 0;
            double pull = !known ? 1 : is > 1e-12 ? want / is : 0;
            struct point move = {pull * (from[i].x - from[j].x),
                                 pull * (from[i].y - from[j].y)};

            missed += known ? square(want - is) : 0;
            all += known ? square(want) : 0;
            to[i].x += move.x;
            to[i].y += move.y;
            to[j].x -= move.x;
            to[j].y -= move.y;
        }
    for (size_t i = 0; i < n; i++) {
        to[i].x /= (double)n;
        to[i].y /= (double)n;
    }
    return all > 0 ? sqrt(missed / all) : missed > 0;
}

static struct agreement_stress settle(const struct field *field,
                                      struct point *point)
{
    struct point *next = mem_new(field->count + 1, sizeof *next);
    double start = step(field, point, next), stress = start, before;
    struct agreement_stress told;

    for (int i = 0; i < SMACOF_STEPS; i++) {
        memcpy(point, next, field->count * sizeof *point);
        before = stress;
        stress = step(field, point, next);
        if (before - stress < 1e-7)
            break;
    }
    mem_free(next);
    told.start = (int64_t)(start * MAP_SCALE + 0.5);
    told.end = (int64_t)(stress * MAP_SCALE + 0.5);
    return told;
}

/*
 * Turning: the same picture for the same votes.
 */

static void centre(struct point *point, size_t n)
{
    struct point mean = {0, 0};

    for (size_t i = 0; i < n; i++) {
        mean.x += point[i].x / (double)n;
        mean.y += point[i].y / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        point[i].x -= mean.x;
        point[i].y -= mean.y;
    }
}

/* Principal axes by half-angle formulas: only roots, which every machine
 * rounds alike. */
static void turn_to_axes(struct point *point, size_t n)
{
    double xx = 0, xy = 0, yy = 0, wide, cosine, sine;

    for (size_t i = 0; i < n; i++) {
        xx += square(point[i].x);
        xy += point[i].x * point[i].y;
        yy += square(point[i].y);
    }
    wide = sqrt(square(xx - yy) + 4 * square(xy));
    if (wide < 1e-12)
        return;
    cosine = sqrt((1 + (xx - yy) / wide) / 2);
    sine = sqrt((1 - (xx - yy) / wide) / 2);
    if (xy < 0)
        sine = -sine;
    for (size_t i = 0; i < n; i++) {
        struct point old = point[i];
        point[i].x = cosine * old.x + sine * old.y;
        point[i].y = cosine * old.y - sine * old.x;
    }
}

static int64_t rounded(double value)
{
    return value < 0 ? -(int64_t)(0.5 - value * MAP_SCALE)
                     : (int64_t)(value * MAP_SCALE + 0.5);
}

static void flip(struct agreement_place *place, size_t members)
{
    int64_t right = 0, above = 0;

    for (size_t i = 0; i < members; i++) {
        right = right == 0 ? place[i].x : right;
        above = above == 0 ? place[i].y : above;
    }
    for (size_t i = 0; i < members; i++) {
        place[i].x = right < 0 ? -place[i].x : place[i].x;
        place[i].y = above < 0 ? -place[i].y : place[i].y;
    }
}

struct agreement_stress agreement_map(const struct agreement *agreement,
                                      const struct agreement_place *near,
                                      struct agreement_place *place)
{
    struct field field;
    struct agreement_stress stress;

    open_field(agreement, &field);
    struct point *point = mem_new(field.count + 1, sizeof *point);
    if (near == NULL)
        scale_classically(&field, point);
    for (size_t i = 0; near != NULL && i < field.count; i++)
        point[i] = (struct point){(double)near[field.member[i]].x / MAP_SCALE,
                                  (double)near[field.member[i]].y / MAP_SCALE};
    stress = settle(&field, point);
    centre(point, field.count);
    if (near == NULL)
        turn_to_axes(point, field.count);
    memset(place, 0, agreement->members * sizeof *place);
    for (size_t i = 0; i < field.count; i++)
        place[field.member[i]] = (struct agreement_place){
            true, rounded(point[i].x), rounded(point[i].y)};
    if (near == NULL)
        flip(place, agreement->members);
    mem_free(point);
    mem_free(field.member);
    mem_free(field.wanted);
    return stress;
}
