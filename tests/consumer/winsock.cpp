/* SPDX-License-Identifier: MIT
 *
 * A user's program for Winsock in C++: it knows nothing of sockpal, and is built for Windows and natively as it is. An
 * event of a socket, WSAPoll, and the C++ library's own parts around them. Twin: winsock.c.
 */
#include <iostream>
#include <memory>
#include <string>

#include <winsock2.h>

#include <ws2tcpip.h>

#include <windows.h>

#include <stdexcept>
#include <vector>

namespace {

void require(bool holds, const char *what) {
    if (!holds)
        throw std::runtime_error(std::string(what) + ": " + std::to_string(WSAGetLastError()));
}

class session {
  public:
    session() {
        WSADATA data;
        require(WSAStartup(MAKEWORD(2, 2), &data) == 0, "WSAStartup");
    }
    ~session() {
        WSACleanup();
    }
    session(const session &) = delete;
    session &operator=(const session &) = delete;
};

class udp_socket {
  public:
    udp_socket() : handle(::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)) {
        require(handle != INVALID_SOCKET, "socket");
    }
    ~udp_socket() {
        closesocket(handle);
    }
    udp_socket(const udp_socket &) = delete;
    udp_socket &operator=(const udp_socket &) = delete;

    SOCKADDR_IN bind_loopback() const {
        SOCKADDR_IN address{};
        int length = sizeof address;
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        require(::bind(handle, reinterpret_cast<SOCKADDR *>(&address), length) == 0, "bind");
        require(getsockname(handle, reinterpret_cast<SOCKADDR *>(&address), &length) == 0, "getsockname");
        return address;
    }

    const SOCKET handle;
};

void exchange() {
    session winsock;
    udp_socket sender, receiver;
    const SOCKADDR_IN to = receiver.bind_loopback();
    const WSAEVENT event = WSACreateEvent();
    require(WSAEventSelect(receiver.handle, event, FD_READ) == 0, "WSAEventSelect");

    const std::string text = "to the other end";
    require(sendto(sender.handle, text.data(), static_cast<int>(text.size()), 0,
                   reinterpret_cast<const SOCKADDR *>(&to), sizeof to) == static_cast<int>(text.size()),
            "sendto");
    require(WSAWaitForMultipleEvents(1, &event, FALSE, 30000, FALSE) == WSA_WAIT_EVENT_0, "WSAWaitForMultipleEvents");
    WSANETWORKEVENTS events;
    require(WSAEnumNetworkEvents(receiver.handle, event, &events) == 0 && events.lNetworkEvents == FD_READ,
            "WSAEnumNetworkEvents");

    WSAPOLLFD polled{};
    polled.fd = receiver.handle;
    polled.events = POLLRDNORM;
    require(WSAPoll(&polled, 1, 30000) == 1, "WSAPoll");
    std::vector<char> room(64);
    const int received = recv(receiver.handle, room.data(), static_cast<int>(room.size()), 0);
    require(received == static_cast<int>(text.size()) && std::string(room.data(), text.size()) == text, "recv");
    require(recv(receiver.handle, room.data(), 64, 0) == SOCKET_ERROR && WSAGetLastError() == WSAEWOULDBLOCK,
            "nothing");
    WSACloseEvent(event);
}

} // namespace

int main() {
    try {
        exchange();
    } catch (const std::exception &trouble) {
        std::cerr << trouble.what() << '\n';
        return 1;
    }
    return 0;
}
