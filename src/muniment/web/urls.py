"""The pages of the center."""

from django.urls import path

from muniment.web import home

urlpatterns = [
    path("", home.home, name="home"),
    path("keys/", home.keys, name="keys"),
]
