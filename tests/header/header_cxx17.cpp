// SPDX-License-Identifier: MIT
//
// The public header alone, as C++17 with every warning on: it needs no other header, and its layouts are those C sees.
// Twin: header_c11.c.
#include "sockpal.h"

#include <type_traits>

namespace {

constexpr bool is_64_bit = sizeof(void *) == 8;

template <class T>
constexpr bool is_plain = std::is_standard_layout<T>::value &&std::is_trivial<T>::value;

} // namespace

static_assert(is_64_bit ? sizeof(spal_op) == 192 : sizeof(spal_op) <= 192, "an operation has 192 bytes");
static_assert(sizeof(spal_socket) == 8, "a socket is one 64-bit value");
static_assert(sizeof(spal_native) == sizeof(void *), "a native handle is as wide as a pointer");
static_assert(sizeof(spal_address) == 140, "an address has the same layout everywhere");
static_assert(is_plain<spal_op> && is_plain<spal_socket> && is_plain<spal_address> && is_plain<spal_completion> &&
                  is_plain<spal_pollfd> && is_plain<spal_allocator> && is_plain<spal_hints>,
              "everything is plain data");
static_assert(std::is_same<decltype(&spal_close), spal_error (*)(spal_socket)>::value, "functions have C's types");
static_assert(SPAL_ECONNREFUSED == 10061, "errors have Winsock's numbers");

int main() {
    spal_op op{};
    spal_socket none{};
    return spal_socket_equal(op.socket, none) ? 0 : 1;
}
