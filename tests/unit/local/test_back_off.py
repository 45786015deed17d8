from infra.local.back_off import BackOff


def test_pauses_double_up_to_half_a_minute() -> None:
    back_off = BackOff(clock=lambda: 0.0)
    assert [back_off.next_pause() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_after_half_a_minute_of_running_they_begin_anew() -> None:
    now = [0.0]
    back_off = BackOff(clock=lambda: now[0])
    back_off.next_pause()
    back_off.next_pause()
    back_off.started()
    now[0] += 31
    assert back_off.next_pause() == 0.5
