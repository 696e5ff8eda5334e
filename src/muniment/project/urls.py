"""Every page: those of the login library that are open, and ours."""

from allauth.account import views as account
from django.urls import include, path

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("login/inactive/", account.account_inactive, name="account_inactive"),
    path("", include("muniment.web.urls")),
]

handler403 = "muniment.web.errors.absent"
handler404 = "muniment.web.errors.absent"
handler500 = "muniment.web.errors.broken"
