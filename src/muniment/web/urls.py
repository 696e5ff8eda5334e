"""The pages and where they are. Each view names the permission it needs (`doors.py`)."""

from django.urls import path

from muniment.web import answering, auditing, board, home, inquiries, lists, queue, steer, systems, undelivered, watch

urlpatterns = [
    path("", home.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("queue/next/", queue.take_next, name="take_next"),
    path("find/", queue.find, name="find"),
    path("inquiries/<int:inquiry_id>/", inquiries.inquiry, name="inquiry"),
    path("inquiries/<int:inquiry_id>/take/", inquiries.take, name="take"),
    path("inquiries/<int:inquiry_id>/put-back/", inquiries.put_back, name="put_back"),
    path("inquiries/<int:inquiry_id>/idle/", steer.idle, name="idle"),
    path("inquiries/<int:inquiry_id>/expedite/", steer.expedite, name="expedite"),
    path("inquiries/<int:inquiry_id>/hand-over/", steer.hand_over, name="hand_over"),
    path("inquiries/<int:inquiry_id>/withdraw/", steer.withdraw, name="withdraw"),
    path("inquiries/<int:inquiry_id>/judge/", inquiries.judge, name="judge"),
    path("inquiries/<int:inquiry_id>/take-apart/", inquiries.take_apart, name="take_apart"),
    path("inquiries/<int:inquiry_id>/answer/", answering.answer, name="answer"),
    path("inquiries/<int:inquiry_id>/check/", answering.check, name="check"),
    path("inquiries/<int:inquiry_id>/sign/", answering.sign, name="sign"),
    path("inquiries/<int:inquiry_id>/disagree/", answering.disagree, name="disagree"),
    path("inquiries/<int:inquiry_id>/take-back/", answering.take_back, name="take_back"),
    path("board/", board.board, name="board"),
    path("board/<slug:what>/", board.board_list, name="board_list"),
    path("answered/", lists.answered, name="answered"),
    path("undelivered/", undelivered.undelivered, name="undelivered"),
    path("undelivered/<int:delivery_id>/try-now/", undelivered.try_now, name="try_now"),
    path("undelivered/<int:delivery_id>/told/", undelivered.told, name="told"),
    path("parked/", lists.parked, name="parked"),
    path("systems/", systems.systems, name="systems"),
    path("systems/<slug:code>/", systems.system_switch, name="system_switch"),
    path("ledger/", auditing.ledger, name="ledger"),
    path("ledger/export/", auditing.export, name="export"),
    path("ledger/<int:entry_id>/", lists.entry, name="entry"),
    path("keys/", home.keys, name="keys"),
    path("watch/health/", watch.health, name="health"),
    path("watch/ready/", watch.ready, name="ready"),
    path("watch/metrics/", watch.metrics, name="metrics"),
]
