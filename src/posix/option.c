/* SPDX-License-Identifier: MIT
 *
 * Options of sockets: where the system keeps each, and in what unit. Those that the core answers from its own facts do
 * not come here. Twin: src/win32/option.c.
 */
#include "native.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

/** How the value in the interface and the system's differ. */
typedef enum option_form {
    FORM_SWITCH, /* 0 or 1; systems read back any other number for 1 */
    FORM_BUFFER, /* bytes, which some systems multiply */
    FORM_LINGER,
    FORM_ERROR,
    FORM_AVAILABLE
} option_form;

typedef struct option_row {
    int option;
    int level;
    int native;
    option_form form;
    int family; /* the only one that has it; 0: all. IP_ANY: both kinds of IP */
    bool is_readonly;
} option_row;

#define IP_ANY (-1)

static const option_row option_rows[] = {
    {SPAL_OPT_NODELAY, IPPROTO_TCP, TCP_NODELAY, FORM_SWITCH, IP_ANY, false},
    {SPAL_OPT_V6ONLY, IPPROTO_IPV6, IPV6_V6ONLY, FORM_SWITCH, SPAL_AF_INET6, false},
    {SPAL_OPT_LINGER, SOL_SOCKET, SPALI_LINGER_OPTION, FORM_LINGER, 0, false},
    {SPAL_OPT_SEND_BUFFER, SOL_SOCKET, SO_SNDBUF, FORM_BUFFER, 0, false},
    {SPAL_OPT_RECV_BUFFER, SOL_SOCKET, SO_RCVBUF, FORM_BUFFER, 0, false},
    {SPAL_OPT_KEEPALIVE, SOL_SOCKET, SO_KEEPALIVE, FORM_SWITCH, 0, false},
    {SPAL_OPT_ERROR, SOL_SOCKET, SO_ERROR, FORM_ERROR, 0, true},
    {SPAL_OPT_AVAILABLE, SOL_SOCKET, 0, FORM_AVAILABLE, 0, true},
};

/** A value in the system's form. */
typedef union option_value {
    int number;
    struct linger linger;
} option_value;

static const option_row *option_find(const spali_slot *slot, int option) {
    int family = slot->identity.family;
    for (size_t i = 0; i < sizeof option_rows / sizeof option_rows[0]; i++) {
        const option_row *row = &option_rows[i];
        if (row->option != option)
            continue;
        bool fits = row->family == 0 || row->family == family || (row->family == IP_ANY && family != SPAL_AF_UNIX);
        return fits ? row : NULL;
    }
    return NULL;
}

/* @return the bytes that the system wants to see */
static socklen_t value_encode(option_form form, int value, option_value *out) {
    if (form != FORM_LINGER) {
        out->number = value;
        return sizeof out->number;
    }
    out->linger.l_onoff = value >= 0;
    out->linger.l_linger = value > 0 ? (value - 1) / 1000 + 1 : 0;
    return sizeof out->linger;
}

static int value_decode(spali_slot *slot, option_form form, const option_value *value) {
    switch (form) {
    case FORM_SWITCH:
        return value->number != 0;
    case FORM_BUFFER:
        return value->number / SPALI_BUFFER_FACTOR;
    case FORM_LINGER:
        return value->linger.l_onoff != 0 ? value->linger.l_linger * 1000 : -1;
    case FORM_ERROR:
        return value->number == 0 ? SPAL_OK : spali_slot_error(slot, value->number);
    case FORM_AVAILABLE:
        break;
    }
    return value->number;
}

spal_error spali_socket_set_option(spali_slot *slot, int option, int value) {
    const option_row *row = option_find(slot, option);
    option_value native = {0};
    if (row == NULL || row->is_readonly)
        return spali_decline(SPAL_ENOPROTOOPT);
    socklen_t size = value_encode(row->form, value, &native);
    if (spali_sys.setsockopt(slot->native, row->level, row->native, &native, size) != 0)
        return spali_failed(errno);
    if (row->form == FORM_LINGER)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_LINGERS);
    return SPAL_OK;
}

spal_error spali_socket_get_option(spali_slot *slot, int option, int *value) {
    const option_row *row = option_find(slot, option);
    option_value native = {0};
    if (row == NULL)
        return spali_decline(SPAL_ENOPROTOOPT);
    socklen_t size = row->form == FORM_LINGER ? sizeof native.linger : sizeof native.number;
    int code = row->form == FORM_AVAILABLE
                   ? spali_sys.ioctl(slot->native, FIONREAD, &native.number)
                   : spali_sys.getsockopt(slot->native, row->level, row->native, &native, &size);
    if (code != 0)
        return spali_failed(errno);
    *value = value_decode(slot, row->form, &native);
    return SPAL_OK;
}
