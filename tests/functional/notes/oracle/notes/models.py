"""The models of models.h, as Django has them."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse


class Writer(models.Model):
    name = models.CharField(max_length=40, unique=True)
    email = models.EmailField(blank=True)
    born = models.DateField(null=True, blank=True, verbose_name="day of birth")
    about = models.TextField(blank=True, help_text="A few <em>words</em>.")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("notes:writer", kwargs={"pk": self.pk})


class Topic(models.Model):
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT,
                               related_name="children")
    name = models.CharField(max_length=30)
    slug = models.SlugField(unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Tag(models.Model):
    word = models.CharField(max_length=20)

    class Meta:
        ordering = ["word"]

    def __str__(self):
        return self.word


class Note(models.Model):
    writer = models.ForeignKey(Writer, on_delete=models.CASCADE, related_name="notes")
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT,
                              related_name="notes",
                              limit_choices_to=~models.Q(slug="closed"))
    title = models.CharField("headline", max_length=80, help_text="Short & clear.")
    slug = models.SlugField(unique_for_date="published")
    body = models.TextField()
    state = models.IntegerField(choices=[(1, "Draft"), (2, "Published")], default=1)
    grade = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True,
                                validators=[MinValueValidator(0), MaxValueValidator(10)])
    published = models.DateField()
    is_pinned = models.BooleanField(default=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="notes")

    class Meta:
        ordering = ["title"]
        unique_together = [("writer", "title")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("notes:note_detail", kwargs={"pk": self.pk})

    def clean(self):
        if self.title and self.title == self.body:
            raise ValidationError("Say more than the headline does.")


class Link(models.Model):
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(max_length=40)
    address = models.CharField(max_length=100)

    class Meta:
        ordering = ["id"]
        unique_together = [("note", "label")]

    def __str__(self):
        return self.label


class Sample(models.Model):
    flag = models.BooleanField(default=False)
    agreed = models.BooleanField(null=True, blank=True)
    small = models.SmallIntegerField(default=1)
    number = models.IntegerField(help_text="Any number.")
    positive = models.PositiveIntegerField(null=True, blank=True)
    big = models.BigIntegerField(null=True, blank=True)
    real = models.FloatField(null=True, blank=True)
    amount = models.DecimalField(max_digits=6, decimal_places=2, default=1)
    word = models.CharField(max_length=20, default="start")
    nick = models.CharField(max_length=10, null=True, blank=True)
    words = models.TextField(blank=True)
    slug = models.SlugField(blank=True)
    email = models.EmailField(blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    clock = models.TimeField(null=True, blank=True)
    moment = models.DateTimeField(null=True, blank=True)
    span = models.DurationField(null=True, blank=True)
    uuid = models.UUIDField(null=True, blank=True)
    extra = models.JSONField(null=True, blank=True)
    level = models.IntegerField(choices=[(1, "Low"), (2, "High")])
    size = models.CharField(max_length=1, choices=[("s", "Small"), ("l", "Large")], blank=True)
    shade = models.CharField(
        max_length=5, null=True, blank=True,
        choices=[("none", "Any"), ("Warm", [("red", "Red"), ("amber", "Amber")]),
                 ("Cold", [("blue", "Blue")])])
    tags = models.ManyToManyField(Tag)
    writer = models.ForeignKey(Writer, to_field="name", null=True, blank=True,
                               on_delete=models.SET_NULL, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    hidden = models.IntegerField(default=7, editable=False)
